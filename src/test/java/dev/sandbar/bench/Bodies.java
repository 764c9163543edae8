package dev.sandbar.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Cuts the bytes of a chunked answer's body out of what comes from a connection, however that is split. */
final class Bodies {

    /** Takes a piece of the body. */
    @FunctionalInterface
    interface Taker {
        void take(ByteBuffer piece);
    }

    private final StringBuilder line = new StringBuilder();
    private final Taker taker;
    private long left;
    private boolean last;

    Bodies(Taker taker) {
        this.taker = taker;
    }

    /** Reads all of {@code in}; true when the body is complete. */
    boolean feed(ByteBuffer in) throws IOException {
        while (in.hasRemaining()) {
            if (left > 0) {
                takeSome(in);
            } else if (readLine(in) && endOfLine()) {
                return true;
            }
        }
        return false;
    }

    private void takeSome(ByteBuffer in) {
        int count = (int) Math.min(left, in.remaining());
        int limit = in.limit();
        in.limit(in.position() + count);
        taker.take(in);
        in.position(in.limit());
        in.limit(limit);
        left -= count;
    }

    private boolean readLine(ByteBuffer in) {
        while (in.hasRemaining()) {
            char next = (char) in.get();
            if (next == '\n') return true;
            if (next != '\r') line.append(next);
        }
        return false;
    }

    /** An empty line follows each chunk, and the chunk of length 0. */
    private boolean endOfLine() throws IOException {
        String text = line.toString();
        line.setLength(0);
        if (text.isEmpty()) return last;
        try {
            left = Long.parseLong(text, 16);
        } catch (NumberFormatException malformed) {
            throw new IOException("not a chunk's length: " + text, malformed);
        }
        last = left == 0;
        return false;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
