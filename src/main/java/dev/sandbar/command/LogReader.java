package dev.sandbar.command;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * One reader of an {@link OutputLog}: takes from it what its subscriber has requested.
 *
 * <p>{@code drain} may be called by any thread; whoever comes first emits for all until nothing is left to do. Errors
 * go out at once, demand or not; the end follows the last event.
 */
final class LogReader implements Subscription {

    private static final int BATCH = 16;

    private final OutputLog log;
    private final boolean byNumber;
    private @Nullable CoreSubscriber<? super CommandEvent> subscriber;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger(1); // held until the subscriber has its subscription
    private final Queue<CommandEvent> batch = new ArrayDeque<>();
    private volatile @Nullable RuntimeException cut;
    private volatile boolean cancelled;
    private volatile long taken;
    private int prefixed;
    private final AtomicLong fromDisk = new AtomicLong();

    /** Guarded by the log. */
    long sequence;

    /** Guarded by the log. */
    long weight;

    private final Sinks.Empty<Void> interrupted = Sinks.empty();
    private volatile boolean behind;
    private long behindUntil;
    private long sweptTaken = -1;
    private long sweptAt;

    LogReader(OutputLog log, boolean byNumber) {
        this.log = log;
        this.byNumber = byNumber;
    }

    boolean isByNumber() {
        return byNumber;
    }

    /** Its position isn't in memory any more: what lies before {@link #sequence} is to be read from disk first. */
    void beginBehind(long offset) {
        behind = true;
        behindUntil = offset;
    }

    boolean isBehind() {
        return behind;
    }

    /** Offset of what is in memory; while joining only. */
    long behindUntil() {
        return behindUntil;
    }

    /** What was put before everything else, while joining; for a reader that begins behind. */
    Flux<CommandEvent> prefixes() {
        List<CommandEvent> first = List.copyOf(batch);
        batch.clear();
        prefixed = 0;
        return Flux.fromIterable(first);
    }

    /** Something was taken that didn't come from the log. */
    void noteTaken() {
        fromDisk.incrementAndGet();
    }

    /** Ends reading from disk: it was cut, or the log has failed. */
    void interrupt() {
        if (behind) interrupted.tryEmitEmpty();
    }

    Mono<Void> whenInterrupted() {
        return interrupted.asMono();
    }

    /** Something to emit before what comes from the log; while joining only. */
    void prefix(CommandEvent event) {
        batch.add(event);
        prefixed++;
    }

    void begin(CoreSubscriber<? super CommandEvent> actual) {
        subscriber = actual;
        behind = false;
        actual.onSubscribe(this);
        drainLoop();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        log.leave(this);
        drain();
    }

    /** Ends this reader with an error. */
    void cut(RuntimeException error) {
        cut = error;
        log.leave(this);
        interrupt();
        drain();
    }

    void drain() {
        if (work.getAndIncrement() == 0) drainLoop();
    }

    /** For the sweep, one call at a time: whether nothing was taken since long ago though there was something. */
    boolean isStuck(long now, long patience, boolean more) {
        long all = taken + fromDisk.get();
        if (sweptTaken != all || (!more && taken >= prefixed)) {
            sweptTaken = all;
            sweptAt = now;
        }
        return now - sweptAt >= patience;
    }

    private void drainLoop() {
        int missed = 1;
        while (missed != 0) {
            if (!cancelled && !emitAll()) cancelled = true;
            if (cancelled) batch.clear();
            missed = work.addAndGet(-missed);
        }
    }

    /** Emits what is requested and there; false after the end. */
    private boolean emitAll() {
        long demand = requested.get();
        long emitted = 0;
        long emittedBefore = taken;
        CoreSubscriber<? super CommandEvent> actual = Objects.requireNonNull(subscriber);
        while (!cancelled) {
            RuntimeException error = refill(demand - emitted);
            if (error != null) return fail(actual, error);
            if (emitted == demand || batch.isEmpty()) break;
            while (emitted < demand && !batch.isEmpty() && !cancelled) {
                CommandEvent event = batch.remove();
                emitted++;
                taken = emittedBefore + emitted;
                actual.onNext(event);
                if (event instanceof CommandEvent.Ended) return complete(actual);
            }
        }
        if (demand != Long.MAX_VALUE && emitted > 0) requested.addAndGet(-emitted);
        return true;
    }

    private @Nullable RuntimeException refill(long demand) {
        RuntimeException error = cut;
        return error != null ? error : log.take(this, batch, batch.isEmpty() ? (int) Math.min(demand, BATCH) : 0);
    }

    private boolean fail(CoreSubscriber<? super CommandEvent> actual, RuntimeException error) {
        log.leave(this);
        if (byNumber && isStopping(error)) actual.onComplete();
        else actual.onError(error);
        return false;
    }

    /** The service stops: readers by number are to come again. */
    static boolean isStopping(RuntimeException error) {
        return error instanceof CommandException.Lost lost && lost.isStopping();
    }

    private boolean complete(CoreSubscriber<? super CommandEvent> actual) {
        log.leave(this);
        if (!cancelled) actual.onComplete();
        return false;
    }
}
