package dev.sandbar.async;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Work that is done again and again, such as ending what has expired.
 *
 * <p>The first pass begins one period after {@link #start}. There is one pass at a time: a beat that falls into a running
 * pass is skipped, not queued. A pass that fails (by an error, a throw, or its deadline) is logged and the next beat
 * comes all the same; of failures in a row only the first is a warning.
 *
 * <p><b>Threads:</b> passes begin on the given scheduler, which the caller owns. Thread-safe. <b>Context:</b> empty.
 */
public final class Sweeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    private final Disposable.Composite beats = Disposables.composite();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final AtomicBoolean started = new AtomicBoolean();
    private final String name;
    private final Duration every;
    private final Duration deadline;
    private final Scheduler scheduler;
    private final Supplier<Mono<Void>> pass;
    private volatile boolean failing;

    /** As the longer constructor, with a deadline of 30 s, or one period where that is longer. */
    public Sweeper(String name, Duration every, Scheduler scheduler, Supplier<Mono<Void>> pass) {
        this(name, every, longer(every, Duration.ofSeconds(30)), scheduler, pass);
    }

    /**
     * @param name what is swept, for log lines
     * @param every the period, above zero
     * @param deadline after which a pass is cancelled and counts as failed
     * @param scheduler measures periods and deadlines and begins the passes
     * @param pass called once for each pass
     */
    public Sweeper(String name, Duration every, Duration deadline, Scheduler scheduler, Supplier<Mono<Void>> pass) {
        if (every.isNegative() || every.isZero()) throw new IllegalArgumentException("period must be above zero");
        this.name = name;
        this.every = every;
        this.deadline = deadline;
        this.scheduler = scheduler;
        this.pass = pass;
    }

    /** Begins to count; does nothing when started or closed before. */
    public void start() {
        if (started.compareAndSet(false, true)) {
            beats.add(passes().subscribe(null, error -> log.error("{}: no further passes", name, error)));
        }
    }

    /** Cancels the running pass without waiting for it, and lets no further one begin. May be called again. */
    @Override
    public void close() {
        closed.tryEmitEmpty();
        beats.dispose();
    }

    private Flux<Void> passes() {
        return Flux.interval(every, scheduler).onBackpressureDrop().concatMap(beat -> guardedPass(), 0);
    }

    /** Ends by {@code closed} too: what is cancelled while it subscribes to a pass sometimes leaves that one running. */
    private Mono<Void> guardedPass() {
        return Mono.defer(pass)
                .takeUntilOther(closed.asMono())
                .timeout(deadline, scheduler)
                .doOnSuccess(nothing -> failing = false)
                .onErrorResume(this::logged);
    }

    private Mono<Void> logged(Throwable error) {
        if (failing) log.debug("{}: a pass failed again", name, error);
        else log.warn("{}: a pass failed; the next comes in {}", name, every, error);
        failing = true;
        return Mono.empty();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
