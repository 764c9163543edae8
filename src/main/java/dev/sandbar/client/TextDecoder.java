package dev.sandbar.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 that comes in pieces, cut anywhere; what isn't UTF-8 becomes U+FFFD. For one stream, one thread at a time. */
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

    /** What is left where nothing follows, or something else; another text may begin behind it. */
    String end() {
        String rest = decode(new byte[0], true);
        decoder.reset();
        return rest;
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
