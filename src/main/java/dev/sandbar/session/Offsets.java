package dev.sandbar.session;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Tells an agent how far a process's output was taken. */
final class Offsets {

    private final Sinks.Many<Long> taken = Sinks.many().multicast().directBestEffort();

    Flux<Long> flux() {
        return taken.asFlux();
    }

    /** One that is lost does no harm: the next one says more. */
    void emit(long offset) {
        taken.tryEmitNext(offset);
    }

    /** The agent may forget the process. */
    void complete() {
        taken.tryEmitComplete();
    }
}
