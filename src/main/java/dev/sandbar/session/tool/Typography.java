package dev.sandbar.session.tool;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typographic characters, as octets of UTF-8, and what they are on a keyboard. */
final class Typography {

    private static final Map<String, String> PLAIN = Map.ofEntries(
            plain("\u2013", "-"),
            plain("\u2014", "-"),
            plain("\u2212", "-"),
            plain("\u2018", "'"),
            plain("\u2019", "'"),
            plain("\u201c", "\""),
            plain("\u201d", "\""),
            plain("\u00a0", " "),
            plain("\u2002", " "),
            plain("\u2003", " "),
            plain("\u200b", ""),
            plain("\ufeff", ""));

    private static final int LONGEST = 3;

    private Typography() {}

    private static Map.Entry<String, String> plain(String character, String plain) {
        return Map.entry(Octets.of(character.getBytes(StandardCharsets.UTF_8)), plain);
    }

    /** How many octets the typographic character there has; 0 where there is none. */
    static int length(String octets, int at) {
        if (octets.charAt(at) < 0x80) return 0;
        for (int length = 2; length <= LONGEST && at + length <= octets.length(); length++) {
            if (PLAIN.containsKey(octets.substring(at, at + length))) return length;
        }
        return 0;
    }

    static @Nullable String plain(String character) {
        return PLAIN.get(character);
    }
}
