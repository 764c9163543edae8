package dev.sandbar.client;

import dev.sandbar.client.ClientSettings.Repeats;
import dev.sandbar.client.SandboxTransportException.TimedOut;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * How often one call was tried, and whether and when it is tried again: at most so often, with pauses that grow and that
 * vary, behind the time that the server asked for, and never beyond the deadline of all attempts together. For one
 * subscription.
 */
final class Attempts {

    private static final long AFRESH = -1;
    private static final int MOST_DOUBLED = 20;

    /** What is done over within an attempt is done at once for so many times. */
    private static final int AT_ONCE = 2;

    private final Repeats repeats;
    private final int most;
    private final long total;
    private final Scheduler timer;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile long since;
    private volatile @Nullable Throwable earlier;

    /**
     * @param most of them without any progress
     * @param total how long all of them may take together
     */
    Attempts(Repeats repeats, int most, Duration total, Scheduler timer) {
        this.repeats = repeats;
        this.most = most;
        this.total = total.toMillis();
        this.timer = timer;
        this.since = now();
    }

    /** An attempt begins. The clock is set when a stream breaks that had gone on for a while, not before. */
    void begin() {
        if (since == AFRESH) since = now();
    }

    /** Something came that was worth the attempts so far. */
    void progress() {
        failures.set(0);
        earlier = null;
        since = AFRESH;
    }

    /** What is left for an attempt that begins now. */
    Duration left() {
        return Duration.ofMillis(Math.max(1, since == AFRESH ? total : total - (now() - since)));
    }

    /** For what may be repeated after the errors that pass the test; others go through as they are. */
    Retry whenever(Predicate<Throwable> repeatable) {
        return Retry.from(signals -> signals.concatMap(signal -> next(signal.failure(), repeatable)));
    }

    private Mono<Long> next(Throwable failure, Predicate<Throwable> repeatable) {
        int count = failures.incrementAndGet();
        Throwable before = earlier;
        if (before != null && isOver(failure)) return Mono.error(before);
        earlier = failure;
        if (count >= most || !repeatable.test(failure)) return Mono.error(failure);
        Duration pause = pause(failure, count);
        return pause.compareTo(left()) >= 0 ? Mono.error(failure) : Mono.delay(pause, timer);
    }

    /** An attempt that the deadline of all of them has cut short says nothing; the one before it failed for a reason. */
    private static boolean isOver(Throwable failure) {
        return failure instanceof TimedOut late && late.limit() == TimedOut.Limit.TOTAL;
    }

    /**
     * Completes when something within an attempt may be done over for the n-th time: at once for the first ones, behind a pause
     * that grows from then on; fails with the reason for it when that would be beyond the deadline.
     */
    Mono<Void> over(int count, Throwable reason) {
        if (count <= AT_ONCE) return Mono.empty();
        Duration pause = pause(reason, count - AT_ONCE);
        return pause.compareTo(left()) >= 0
                ? Mono.error(reason)
                : Mono.delay(pause, timer).then();
    }

    private Duration pause(Throwable failure, int count) {
        Duration asked = failure instanceof Unsent unsent ? asked(unsent.getCause()) : asked(failure);
        int doubled = Math.min(count - 1, MOST_DOUBLED);
        long longest = Math.min(repeats.longest().toMillis(), repeats.first().toMillis() << doubled);
        long own = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
        return Duration.ofMillis(asked == null ? own : asked.toMillis() + own);
    }

    private static @Nullable Duration asked(@Nullable Throwable failure) {
        return failure instanceof SandboxApiException refusal ? refusal.retryAfter() : null;
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }
}
