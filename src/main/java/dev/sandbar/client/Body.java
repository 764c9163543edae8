package dev.sandbar.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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

    /** The same bytes, each given to {@code watcher} as it is taken; {@code begun} is run at the begin of each sending. */
    Body watched(Runnable begun, Consumer<byte[]> watcher) {
        Flux<DataBuffer> watched = bytes.doOnSubscribe(subscription -> begun.run())
                .map(buffer -> {
                    byte[] taken = Bytes.drain(buffer);
                    watcher.accept(taken);
                    return DefaultDataBufferFactory.sharedInstance.wrap(taken);
                });
        return new Body(watched, length, type, repeatable);
    }

    /** A stream of known length that can be had anew for each sending. */
    static Body again(Flux<DataBuffer> source, long length) {
        return new Body(source, length, BYTES, () -> true);
    }

    /** A stream that can be had once: as soon as a piece of it was taken, it can't be sent again. */
    static Body once(Flux<? extends DataBuffer> source) {
        AtomicBoolean taken = new AtomicBoolean();
        Flux<DataBuffer> bytes = source.<DataBuffer>map(buffer -> buffer).doOnNext(buffer -> taken.set(true));
        return new Body(bytes, -1, BYTES, () -> !taken.get());
    }
}
