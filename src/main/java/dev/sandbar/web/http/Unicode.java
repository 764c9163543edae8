package dev.sandbar.web.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** What is well-formed text: whatever is let in can be written again and read by the strictest of parsers. */
final class Unicode {

    private static final int STEP = 4096;
    private static final int HEX = 16;
    private static final int ESCAPE = 3;

    private Unicode() {}

    /** Whether these bytes are UTF-8: no overlong forms, no surrogates, nothing cut. */
    static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(STEP);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        return !result.isError();
    }

    /** Whether each half of a surrogate pair has its other half. */
    static boolean isWhole(char[] text, int from, int length) {
        boolean opened = false;
        for (int at = from; at < from + length; at++) {
            if (opened != Character.isLowSurrogate(text[at])) return false;
            opened = Character.isHighSurrogate(text[at]);
        }
        return !opened;
    }

    /** Whether the escapes of this part of a URI are whole, and UTF-8 without NUL. */
    static boolean isEscapedUtf8(String part) {
        if (part.indexOf('%') < 0) return part.indexOf('\0') < 0;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(part.length());
        int at = 0;
        while (at < part.length()) {
            boolean escape = part.charAt(at) == '%';
            int octet = escape ? octet(part, at) : part.charAt(at) & 0x7f;
            if (octet <= 0) return false;
            bytes.write(octet);
            at += escape ? ESCAPE : 1;
        }
        return isUtf8(bytes.toByteArray());
    }

    /** Below 0 for what is no escape. */
    private static int octet(String part, int at) {
        if (at + ESCAPE > part.length()) return -1;
        int high = Character.digit(part.charAt(at + 1), HEX);
        int low = Character.digit(part.charAt(at + 2), HEX);
        return high < 0 || low < 0 ? -1 : high * HEX + low;
    }
}
