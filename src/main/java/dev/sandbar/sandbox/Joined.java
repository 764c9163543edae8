package dev.sandbar.sandbox;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work that is done by whoever comes first, while all who come meanwhile wait for its outcome. */
final class Joined {

    private Sinks.@Nullable Empty<Void> running;

    /**
     * Lazy. The first subscriber's subscription carries the work, so it has to be one that nobody cancels lightly: the
     * others fail with a {@link CancellationException} then. The next one who comes after the end begins anew.
     */
    Mono<Void> join(Mono<Void> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> mine = Sinks.empty();
            Sinks.Empty<Void> first = enter(mine);
            return first == mine ? carried(work, mine) : first.asMono();
        });
    }

    private Mono<Void> carried(Mono<Void> work, Sinks.Empty<Void> mine) {
        return work.doOnTerminate(this::over)
                .doOnSuccess(done -> mine.tryEmitEmpty())
                .doOnError(mine::tryEmitError)
                .doOnCancel(() -> {
                    over();
                    mine.tryEmitError(new CancellationException());
                });
    }

    private synchronized Sinks.Empty<Void> enter(Sinks.Empty<Void> mine) {
        if (running == null) running = mine;
        return running;
    }

    private synchronized void over() {
        running = null;
    }
}
