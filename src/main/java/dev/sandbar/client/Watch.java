package dev.sandbar.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Finds out when a server owes something for too long: first the head of its answer, then each piece that was asked for.
 * While nothing is asked for, since whoever reads is slow, no time passes. For one answer.
 */
final class Watch {

    private static final Duration LINGER = Duration.ofSeconds(1);

    private final long head;
    private final long idle;
    private final Scheduler timer;
    private final AtomicLong asked = new AtomicLong(1);
    private final Sinks.Empty<Void> ending = Sinks.empty();
    private volatile long since;
    private volatile boolean opened;
    private volatile boolean expired;

    /** Begins with the wait for the head. */
    Watch(Duration head, Duration idle, Scheduler timer) {
        this.head = head.toMillis();
        this.idle = idle.toMillis();
        this.timer = timer;
        this.since = now();
    }

    /** What the request carries: each piece that is taken is a sign of life. */
    <T> Flux<T> sent(Flux<T> pieces) {
        return pieces.doOnNext(piece -> since = now());
    }

    /** The head is there. */
    void opened() {
        asked.set(0);
        opened = true;
    }

    boolean isOpened() {
        return opened;
    }

    /** The pieces of the answer. */
    <T> Flux<T> received(Flux<T> pieces) {
        return pieces.doOnRequest(this::ask).doOnNext(piece -> came());
    }

    private void ask(long count) {
        if (asked.getAndAccumulate(count, Operators::addCap) == 0) since = now();
    }

    private void came() {
        since = now();
        asked.updateAndGet(left -> left == Long.MAX_VALUE || left == 0 ? left : left - 1);
    }

    /** All that matters is there: the rest may come for a moment, and nobody minds when it doesn't. */
    void ending() {
        ending.tryEmitEmpty();
    }

    /** The work, cancelled and failed with {@code late} as soon as the server owes something for too long. */
    <T> Flux<T> over(Flux<T> work, Supplier<? extends Throwable> late) {
        Mono<Void> lingered = ending.asMono().then(Mono.delay(LINGER, timer)).then();
        return work.takeUntilOther(Mono.firstWithSignal(expiry(), lingered))
                .concatWith(Mono.defer(() -> expired ? Mono.error(late.get()) : Mono.empty()));
    }

    private Mono<Void> expiry() {
        return Mono.defer(() -> Mono.delay(left(), timer)).repeat(this::waits).then();
    }

    private boolean waits() {
        expired = asked.get() > 0 && now() - since >= limit();
        return !expired;
    }

    private Duration left() {
        long most = Math.min(head, idle);
        long left = asked.get() > 0 ? Math.min(most, limit() - (now() - since)) : most;
        return Duration.ofMillis(Math.max(1, left));
    }

    private long limit() {
        return opened ? idle : head;
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }
}
