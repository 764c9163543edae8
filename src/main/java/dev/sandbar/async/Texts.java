package dev.sandbar.async;

import java.util.ArrayList;
import java.util.List;

/** Cuts of texts, never within a surrogate pair: half of one is nothing that strict parsers read. Stateless. */
public final class Texts {

    private Texts() {}

    /** The text's begin, of at most {@code most} characters. */
    public static String begin(String text, int most) {
        return text.substring(0, end(text, 0, most));
    }

    /** All of the text in pieces of at most {@code most} characters each, at least 2; none for an empty text. */
    public static List<String> pieces(String text, int most) {
        if (most < 2) throw new IllegalArgumentException("pieces must have at least 2 characters, not " + most);
        List<String> pieces = new ArrayList<>(text.length() / most + 1);
        for (int from = 0; from < text.length(); ) {
            int end = end(text, from, most);
            pieces.add(text.substring(from, end));
            from = end;
        }
        return pieces;
    }

    private static int end(String text, int from, int most) {
        if (text.length() - from <= most) return text.length();
        int end = from + most;
        boolean within = most > 0
                && Character.isHighSurrogate(text.charAt(end - 1))
                && Character.isLowSurrogate(text.charAt(end));
        return within ? end - 1 : end;
    }
}
