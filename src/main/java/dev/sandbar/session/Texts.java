package dev.sandbar.session;

import java.util.ArrayList;
import java.util.List;

/** Cuts texts, but no character in two. */
final class Texts {

    private Texts() {}

    /** At most so many of its first chars. */
    static String first(String text, int most) {
        return text.substring(0, end(text, 0, most));
    }

    /** All of it in parts of at most so many chars, at least 2. */
    static List<String> pieces(String text, int most) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int end = end(text, from, most);
            pieces.add(text.substring(from, end));
            from = end;
        }
        return pieces;
    }

    private static int end(String text, int from, int most) {
        int end = from + Math.min(most, text.length() - from);
        boolean cutsOne = end < text.length() && end > from && Character.isHighSurrogate(text.charAt(end - 1));
        return cutsOne ? end - 1 : end;
    }
}
