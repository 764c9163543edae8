package dev.sandbar.session;

import java.time.Duration;
import java.util.Collection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Gives the tool calls that run an end before the service stops. */
final class Stopping {

    /** Tools that work in a sandbox may end by themselves for so long: a change of a file is seen through. */
    private static final Duration BY_THEMSELVES = Duration.ofMillis(700);

    private static final Duration RECORDED = Duration.ofMillis(300);
    private static final int AT_ONCE = 256;

    private final Collection<Entry> entries;
    private final Scheduler timer;

    Stopping(Collection<Entry> entries, Scheduler timer) {
        this.entries = entries;
        this.timer = timer;
    }

    /** Lazy; takes a second at most. */
    Mono<Void> stopped() {
        return Mono.fromRunnable(() -> entries.forEach(Stopping::cutEarly))
                .then(none(BY_THEMSELVES))
                .then(Mono.fromRunnable(
                        () -> entries.forEach(entry -> entry.calls().cut(Cut.STOPPED))))
                .then(none(RECORDED));
    }

    /** What waits for a sandbox hasn't begun. */
    private static void cutEarly(Entry entry) {
        if (entry.works().size() == 0) entry.calls().cut(Cut.STOPPED_EARLY);
    }

    private Mono<Void> none(Duration limit) {
        return Flux.fromIterable(entries)
                .filter(entry -> entry.calls().size() > 0)
                .flatMap(entry -> entry.calls().none(), AT_ONCE)
                .then()
                .timeout(limit, Mono.empty(), timer);
    }
}
