package dev.sandbar.web.connect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects the one message of a request, whose bytes may be split anywhere. For one request, one thread at a time. */
final class EnvelopeReader {

    private static final int COMPRESSED = 1;
    static final int HEAD = 5;
    private static final int FIRST = 4096;

    private final int limit;
    private final byte[] head = new byte[HEAD];
    private byte @Nullable [] message;
    private int length;
    private int headBytes;
    private int messageBytes;

    EnvelopeReader(int limit) {
        this.limit = limit;
    }

    /** Reads a request's body to its end; fails with {@link ConnectError} as soon as it can't be right. */
    static Mono<byte[]> read(Flux<DataBuffer> body, int limit) {
        return body.collect(() -> new EnvelopeReader(limit), EnvelopeReader::take)
                .map(EnvelopeReader::finish);
    }

    private void take(DataBuffer buffer) {
        try {
            while (buffer.readableByteCount() > 0) {
                takeSome(buffer);
            }
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    private void takeSome(DataBuffer buffer) {
        byte[] target = message;
        if (target == null) {
            int count = Math.min(HEAD - headBytes, buffer.readableByteCount());
            buffer.read(head, headBytes, count);
            headBytes += count;
            if (headBytes == HEAD) begin();
        } else if (messageBytes == length) {
            throw ConnectError.invalid("The request must hold one message only");
        } else {
            int count = Math.min(length - messageBytes, buffer.readableByteCount());
            buffer.read(room(target, count), messageBytes, count);
            messageBytes += count;
        }
    }

    private void begin() {
        length = length();
        message = new byte[Math.min(length, FIRST)];
    }

    /** Grows with what has come, not by what was announced. */
    private byte[] room(byte[] now, int more) {
        if (messageBytes + more <= now.length) return now;
        byte[] grown = Arrays.copyOf(now, Math.min(length, Math.max(messageBytes + more, 2 * now.length)));
        message = grown;
        return grown;
    }

    private int length() {
        if ((head[0] & COMPRESSED) != 0) {
            throw new ConnectError(ConnectCode.UNIMPLEMENTED, "Compressed messages are not accepted");
        }
        if (head[0] != 0) throw ConnectError.invalid("The message has unknown flags: " + (head[0] & 0xff));
        long length = 0;
        for (int i = 1; i < HEAD; i++) {
            length = (length << 8) | (head[i] & 0xff);
        }
        if (length > limit) {
            throw ConnectError.invalid("The message has " + length + " bytes; " + limit + " are accepted");
        }
        return (int) length;
    }

    private byte[] finish() {
        byte[] complete = message;
        if (complete == null || messageBytes < length) {
            throw ConnectError.invalid("The request ended in the middle of its message");
        }
        return complete;
    }
}
