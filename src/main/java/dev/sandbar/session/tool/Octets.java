package dev.sandbar.session.tool;

import java.nio.charset.StandardCharsets;

/** Bytes as a text of one character each, so that what isn't UTF-8 can be searched and survives. */
final class Octets {

    private Octets() {}

    static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String octets) {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x0b;
    }

    /** The blanks that a line begins with. */
    static String indentation(String line) {
        int end = 0;
        while (end < line.length() && isBlank(line.charAt(end))) end++;
        return line.substring(0, end);
    }
}
