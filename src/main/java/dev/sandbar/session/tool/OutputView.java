package dev.sandbar.session.tool;

import java.util.Locale;

/**
 * What an AI sees of a command's output: all of it, or the first quarter and the last three of what may be shown. It is cut
 * between lines, so that nothing is shown that wasn't there, and only within a line that is very long itself; then the place
 * is marked.
 */
final class OutputView {

    static final int MOST = 25_000;

    /** A line is cut where it would cost more than this to leave its part out. */
    static final int LONG_LINE = 2_000;

    private static final int HEAD = MOST / 4;
    private static final int TAIL = MOST - HEAD;
    private static final int WORD = 200;
    private static final String CUT = "[... cut within this line ...]";

    private final StringBuilder head = new StringBuilder();
    private final StringBuilder tail = new StringBuilder();
    private long characters;
    private long lines;

    void take(String text) {
        characters += text.length();
        lines += lines(text);
        int first = Math.min(text.length(), HEAD - head.length());
        head.append(text, 0, first);
        tail.append(text, Math.max(first, text.length() - TAIL - 1), text.length());
        if (tail.length() > 2 * TAIL) tail.delete(0, tail.length() - TAIL - 1);
    }

    boolean isTruncated() {
        return characters > MOST;
    }

    /** @param where says where all of it is to be found; shown only where something is missing */
    String text(String where) {
        if (!isTruncated()) return head.toString() + tail;
        int end = endOfHead();
        int begin = beginOfTail();
        String first = head.substring(0, end);
        String last = tail.substring(begin);
        long omitted = lines - lines(first) - lines(last);
        String marker = String.format(
                Locale.ROOT,
                "\n\n[... %,d of %,d lines omitted, %,d of %,d characters. %s ...]\n\n",
                omitted,
                lines + (tail.charAt(tail.length() - 1) == '\n' ? 0 : 1),
                characters - first.length() - last.length(),
                characters,
                where);
        String cutFirst = first.isEmpty() || first.endsWith("\n") ? "" : CUT;
        String cutLast = begin > 0 && tail.charAt(begin - 1) == '\n' ? "" : CUT;
        return first + cutFirst + marker + cutLast + last;
    }

    private int endOfHead() {
        int line = head.lastIndexOf("\n") + 1;
        if (HEAD - line <= LONG_LINE) return line;
        int end = HEAD;
        while (end > HEAD - WORD && !isBlank(head, end - 1)) end--;
        if (isBlank(head, end - 1)) return end;
        return Character.isHighSurrogate(head.charAt(HEAD - 1)) ? HEAD - 1 : HEAD;
    }

    /** The character before what may be shown is kept too: it tells whether a line begins there. */
    private int beginOfTail() {
        int least = tail.length() - TAIL;
        int line = tail.indexOf("\n", Math.max(0, least - 1)) + 1;
        if (line > 0 && line - least <= LONG_LINE) return line;
        int begin = least;
        while (begin < least + WORD && !isBlank(tail, begin - 1)) begin++;
        if (isBlank(tail, begin - 1)) return begin;
        return Character.isLowSurrogate(tail.charAt(least)) ? least + 1 : least;
    }

    private static boolean isBlank(CharSequence text, int place) {
        return place >= 0 && Character.isWhitespace(text.charAt(place));
    }

    private static long lines(String text) {
        return text.chars().filter(c -> c == '\n').count();
    }
}
