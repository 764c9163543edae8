package dev.sandbar.command;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One reader of an {@link OutputLog}: takes from it what its subscriber has requested.
 *
 * <p>{@code drain} may be called by any thread; whoever comes first emits for all until nothing is left to do. Errors
 * go out at once, demand or not; the end follows the last event.
 */
final class LogReader implements Subscription {

    private static final int BATCH = 16;

    private final OutputLog log;
    private final CoreSubscriber<? super CommandEvent> subscriber;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger(1); // held until the subscriber has its subscription
    private final Queue<CommandEvent> batch = new ArrayDeque<>();
    private volatile @Nullable RuntimeException cut;
    private volatile boolean cancelled;
    private volatile long taken;
    private int prefixed;

    /** Guarded by the log. */
    long sequence;

    /** Guarded by the log. */
    long weight;

    private long sweptTaken = -1;
    private long sweptAt;

    LogReader(OutputLog log, CoreSubscriber<? super CommandEvent> subscriber) {
        this.log = log;
        this.subscriber = subscriber;
    }

    /** Something to emit before what comes from the log; while joining only. */
    void prefix(CommandEvent event) {
        batch.add(event);
        prefixed++;
    }

    void begin() {
        subscriber.onSubscribe(this);
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
        drain();
    }

    void drain() {
        if (work.getAndIncrement() == 0) drainLoop();
    }

    /** For the sweep, one call at a time: whether nothing was taken since long ago though there was something. */
    boolean isStuck(long now, long patience, boolean more) {
        if (sweptTaken != taken || (!more && taken >= prefixed)) {
            sweptTaken = taken;
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
        while (!cancelled) {
            RuntimeException error = refill(demand - emitted);
            if (error != null) return fail(error);
            if (emitted == demand || batch.isEmpty()) break;
            while (emitted < demand && !batch.isEmpty() && !cancelled) {
                CommandEvent event = batch.remove();
                emitted++;
                taken = emittedBefore + emitted;
                subscriber.onNext(event);
                if (event instanceof CommandEvent.Ended) return complete();
            }
        }
        if (demand != Long.MAX_VALUE && emitted > 0) requested.addAndGet(-emitted);
        return true;
    }

    private @Nullable RuntimeException refill(long demand) {
        RuntimeException error = cut;
        return error != null ? error : log.take(this, batch, batch.isEmpty() ? (int) Math.min(demand, BATCH) : 0);
    }

    private boolean fail(RuntimeException error) {
        log.leave(this);
        subscriber.onError(error);
        return false;
    }

    private boolean complete() {
        log.leave(this);
        if (!cancelled) subscriber.onComplete();
        return false;
    }
}
