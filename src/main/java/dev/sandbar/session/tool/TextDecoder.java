package dev.sandbar.session.tool;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 that comes in pieces, cut anywhere; what isn't UTF-8 becomes U+FFFD. */
final class TextDecoder {

    private static final int LONGEST = 4;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] begun = {};

    /** All of the characters that are whole now. */
    String take(byte[] bytes) {
        return decode(bytes, false);
    }

    /** What is left at the end; nothing follows. */
    String end() {
        return decode(new byte[0], true);
    }

    private String decode(byte[] bytes, boolean last) {
        ByteBuffer in = ByteBuffer.allocate(begun.length + bytes.length)
                .put(begun)
                .put(bytes)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + LONGEST);
        check(decoder.decode(in, out, last));
        if (last) check(decoder.flush(out));
        begun = new byte[in.remaining()];
        in.get(begun);
        return out.flip().toString();
    }

    private static void check(CoderResult result) {
        if (result.isError() || result.isOverflow()) throw new IllegalStateException("UTF-8 grew: " + result);
    }
}
