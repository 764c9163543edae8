package dev.sandbar.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;

/**
 * What a request carries.
 *
 * @param length in bytes; -1 where it isn't known
 * @param type its media type; null of none
 * @param repeatable whether it can be sent (again)
 */
record Body(Flux<DataBuffer> bytes, long length, @Nullable String type, BooleanSupplier repeatable) {

    static final Body NONE = new Body(Flux.empty(), 0, null, () -> true);

    private static final String BYTES = "application/octet-stream";

    static Body of(String type, byte[] content) {
        Flux<DataBuffer> bytes = Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(content)));
        return new Body(bytes, content.length, type, () -> true);
    }

    static Body of(byte[] content) {
        return of(BYTES, content);
    }

    /** A stream that can be had once: as soon as a piece of it was taken, it can't be sent again. */
    static Body once(Flux<? extends DataBuffer> source) {
        AtomicBoolean taken = new AtomicBoolean();
        Flux<DataBuffer> bytes = source.<DataBuffer>map(buffer -> buffer).doOnNext(buffer -> taken.set(true));
        return new Body(bytes, -1, BYTES, () -> !taken.get());
    }
}
