package dev.sandbar.command;

import dev.sandbar.runtime.Strain;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** How often sandboxes have met their ceilings, read no more than once a second where that needn't be exact. */
final class Strains {

    private static final long FRESH_MILLIS = 1000;
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private record Known(Strain strain, long at) {}

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Function<String, Mono<Strain>> source;
    private final Scheduler timer;

    Strains(Function<String, Mono<Strain>> source, Scheduler timer) {
        this.source = source;
        this.timer = timer;
    }

    /** What it was about now; empty where that isn't known. */
    Mono<Strain> recent(String sandboxId) {
        return Mono.defer(() -> {
            Known last = known.get(sandboxId);
            if (last != null && now() - last.at() < FRESH_MILLIS) return Mono.just(last.strain());
            return read(sandboxId);
        });
    }

    /** What it is now; empty where that isn't known. */
    Mono<Strain> read(String sandboxId) {
        return Mono.defer(() -> source.apply(sandboxId))
                .doOnNext(strain -> known.put(sandboxId, new Known(strain, now())))
                .onErrorResume(error -> Mono.empty())
                .timeout(LIMIT, Mono.empty(), timer);
    }

    void forget(String sandboxId) {
        known.remove(sandboxId);
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }
}
