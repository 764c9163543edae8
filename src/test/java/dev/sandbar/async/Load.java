package dev.sandbar.async;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work that its test ends, and that counts how often it was begun and cancelled. */
final class Load implements Supplier<Mono<String>> {

    private final Sinks.One<String> end = Sinks.one();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @Override
    public Mono<String> get() {
        begun.incrementAndGet();
        return end.asMono().doOnCancel(cancelled::incrementAndGet);
    }

    void land(String value) {
        end.tryEmitValue(value);
    }

    void landEmpty() {
        end.tryEmitEmpty();
    }

    void fail(Throwable error) {
        end.tryEmitError(error);
    }

    int begun() {
        return begun.get();
    }

    int cancelled() {
        return cancelled.get();
    }
}
