package dev.sandbar.session.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text without what doesn't count when it is compared, and where each of its characters lies in the original. Texts are
 * {@link Octets}.
 */
final class Fold {

    private final String original;
    private final Likeness likeness;
    private final StringBuilder text;
    private final int[] begins;
    private final int[] ends;

    private Fold(String original, Likeness likeness) {
        this.original = original;
        this.likeness = likeness;
        this.text = new StringBuilder(original.length());
        this.begins = new int[original.length()];
        this.ends = new int[original.length()];
        int from = 0;
        for (int feed = original.indexOf('\n'); feed >= 0; feed = original.indexOf('\n', from)) {
            int end = feed > from && original.charAt(feed - 1) == '\r' ? feed - 1 : feed;
            line(from, end);
            add('\n', end, feed + 1);
            from = feed + 1;
        }
        line(from, original.length());
    }

    static Fold of(String original, Likeness likeness) {
        return new Fold(original, likeness);
    }

    private void line(int from, int end) {
        int first = text.length();
        for (int at = from; at < end; ) at = take(at, first);
        if (!likeness.trimsEnds()) return;
        while (text.length() > first && Octets.isBlank(text.charAt(text.length() - 1))) {
            text.setLength(text.length() - 1);
        }
    }

    /** Takes one character; gives where the next one is. */
    private int take(int at, int firstOfLine) {
        int special = likeness == Likeness.TYPOGRAPHY ? Typography.length(original, at) : 0;
        if (special == 0) {
            addUnlessTrimmed(original.charAt(at), at, at + 1, firstOfLine);
            return at + 1;
        }
        String plain = Typography.plain(original.substring(at, at + special));
        if (plain != null && !plain.isEmpty()) addUnlessTrimmed(plain.charAt(0), at, at + special, firstOfLine);
        return at + special;
    }

    private void addUnlessTrimmed(char c, int begin, int end, int firstOfLine) {
        boolean leading = text.length() == firstOfLine && Octets.isBlank(c);
        if (!leading || !likeness.trimsBegins()) add(c, begin, end);
    }

    private void add(char c, int begin, int end) {
        begins[text.length()] = begin;
        ends[text.length()] = end;
        text.append(c);
    }

    /** Where the wanted text lies in the original, none over another. */
    List<Match> find(Fold wanted) {
        String needle = wanted.text.toString();
        if (needle.isBlank()) return List.of();
        List<Match> found = new ArrayList<>();
        for (int at = text.indexOf(needle); at >= 0; ) {
            int end = at + needle.length();
            boolean fits = (!wanted.isCutAtBegin() || isBegin(at)) && (!wanted.isCutAtEnd() || isEnd(end));
            if (fits) found.add(new Match(begins[at], ends[end - 1]));
            at = text.indexOf(needle, fits ? end : at + 1);
        }
        return found;
    }

    /** Whether blanks were cut off at the begin: what is wanted begins a line. */
    private boolean isCutAtBegin() {
        return begins[0] > 0;
    }

    private boolean isCutAtEnd() {
        return ends[text.length() - 1] < original.length();
    }

    private boolean isBegin(int at) {
        return at == 0 || text.charAt(at - 1) == '\n';
    }

    private boolean isEnd(int at) {
        return at == text.length() || text.charAt(at) == '\n';
    }

    @Override
    public String toString() {
        return likeness + " " + text + " " + Arrays.toString(Arrays.copyOf(begins, text.length()));
    }
}
