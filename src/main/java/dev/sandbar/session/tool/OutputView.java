package dev.sandbar.session.tool;

import java.util.Locale;

/** What an AI sees of a command's output: all of it, or the first quarter and the last three of what may be shown. */
final class OutputView {

    static final int MOST = 25_000;
    private static final int HEAD = MOST / 4;
    private static final int TAIL = MOST - HEAD;

    private final StringBuilder head = new StringBuilder();
    private final StringBuilder tail = new StringBuilder();
    private long characters;

    void take(String text) {
        characters += text.length();
        int first = Math.min(text.length(), HEAD - head.length());
        head.append(text, 0, first);
        tail.append(text, Math.max(first, text.length() - TAIL), text.length());
        if (tail.length() > 2 * TAIL) tail.delete(0, tail.length() - TAIL);
    }

    boolean isTruncated() {
        return characters > MOST;
    }

    /** @param where says where all of it is to be found; shown only where something is missing */
    String text(String where) {
        if (!isTruncated()) return head.toString() + tail;
        int end = Character.isHighSurrogate(head.charAt(HEAD - 1)) ? HEAD - 1 : HEAD;
        int begin = tail.length() - TAIL;
        if (Character.isLowSurrogate(tail.charAt(begin))) begin++;
        long omitted = characters - end - (tail.length() - begin);
        String marker = String.format(
                Locale.ROOT, "\n\n[... %,d of %,d characters omitted. %s ...]\n\n", omitted, characters, where);
        return head.substring(0, end) + marker + tail.substring(begin);
    }
}
