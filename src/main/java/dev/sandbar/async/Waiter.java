package dev.sandbar.async;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/** Who waits in a {@link FairQueue}, and the subscription to its work when that has begun. */
final class Waiter<K, T> extends BaseSubscriber<T> {

    private final AtomicBoolean decided = new AtomicBoolean();
    private final Disposable.Swap patience = Disposables.swap();
    private final FairQueue<K> queue;
    private final K key;
    private final boolean pressing;
    private final Function<Permit, Mono<T>> work;
    private final MonoSink<T> sink;

    Waiter(FairQueue<K> queue, K key, boolean pressing, Function<Permit, Mono<T>> work, MonoSink<T> sink) {
        this.queue = queue;
        this.key = key;
        this.pressing = pressing;
        this.work = work;
        this.sink = sink;
    }

    K key() {
        return key;
    }

    boolean pressing() {
        return pressing;
    }

    /** It counts as working where it may begin at once, and is in the line otherwise. */
    void entered(boolean begins, Scheduler timer, Duration limit) {
        sink.onCancel(this::leave);
        if (begins) begin();
        else patience.update(timer.schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Called once, when it counts as working. */
    void begin() {
        if (!decide()) {
            queue.passOn(this);
            return;
        }
        Permit permit = queue.permit(this);
        try {
            work.apply(permit).subscribe(this);
        } catch (Throwable thrown) { // fatal ones too, else the turn would never end
            permit.close();
            sink.error(thrown);
        }
    }

    private void leave() {
        if (decide()) queue.takeOut(this);
        else cancel();
    }

    private void expire() {
        if (decide()) sink.error(queue.late(this));
    }

    /** It isn't to begin any more, unless it has. */
    void giveUp(Throwable refusal) {
        if (!decide()) return;
        queue.takeOut(this);
        sink.error(refusal);
    }

    /** True for the one who decides what becomes of it. */
    private boolean decide() {
        boolean mine = decided.compareAndSet(false, true);
        if (mine) patience.dispose();
        return mine;
    }

    /** It was never let in. */
    void tell(Throwable refusal) {
        sink.error(refusal);
    }

    @Override
    public Context currentContext() {
        return Context.of(sink.contextView());
    }

    @Override
    protected void hookOnNext(T value) {
        sink.success(value);
    }

    @Override
    protected void hookOnComplete() {
        sink.success();
    }

    @Override
    protected void hookOnError(Throwable error) {
        sink.error(error);
    }
}
