package dev.sandbar.client;

import java.io.ByteArrayOutputStream;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Bytes out of the network's buffers, which are given back at once, so that none is lost where a stream is left. */
final class Bytes {

    private Bytes() {}

    static byte[] drain(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    /** All of them; {@link SandboxTransportException.Malformed} as soon as there are more than {@code limit}. */
    static Mono<byte[]> join(Flux<byte[]> pieces, int limit, String what) {
        return pieces.collect(ByteArrayOutputStream::new, (all, piece) -> add(all, piece, limit, what))
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static void add(ByteArrayOutputStream all, byte[] piece, int limit, String what) {
        if (all.size() + piece.length > limit) throw Wire.malformed(what, "it has more than " + limit + " bytes");
        all.writeBytes(piece);
    }
}
