package dev.sandbar.async;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** The one subscription to a piece of work; whoever removes it from its owner tells the watchers. */
final class BackgroundTask<T> extends BaseSubscriber<T> {

    private static final Logger log = LoggerFactory.getLogger(BackgroundTasks.class);

    /** Work may fail before its caller has had the time to subscribe to the result. */
    private static final int UNSEEN_SECONDS = 1;

    private final BackgroundTasks owner;
    private final String what;
    private final Sinks.One<T> result = Sinks.one();
    private final Scheduler timer;
    private @Nullable T value;
    private volatile boolean seen;

    BackgroundTask(BackgroundTasks owner, String what, Scheduler timer) {
        this.owner = owner;
        this.what = what;
        this.timer = timer;
    }

    Mono<T> result() {
        return result.asMono().doOnError(error -> seen = true);
    }

    /** Cancels the work; false when it had ended before. */
    boolean stop() {
        if (!owner.leave(this)) return false;
        cancel();
        result.tryEmitError(new CancellationException(what + " was cancelled: " + owner + " is closed"));
        owner.told();
        return true;
    }

    @Override
    protected void hookOnNext(T next) {
        value = next;
    }

    @Override
    protected void hookOnComplete() {
        if (!owner.leave(this)) return;
        if (value == null) result.tryEmitEmpty();
        else result.tryEmitValue(value);
        owner.told();
    }

    @Override
    protected void hookOnError(Throwable error) {
        if (!owner.leave(this)) return;
        result.tryEmitError(error);
        owner.told();
        if (!seen) timer.schedule(() -> logUnlessSeen(error), UNSEEN_SECONDS, TimeUnit.SECONDS);
    }

    private void logUnlessSeen(Throwable error) {
        if (!seen) log.warn("{}: {} failed", owner, what, error);
    }
}
