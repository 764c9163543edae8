package dev.sandbar.async;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The one subscription to a piece of work; whoever removes it from its owner tells the watchers. */
final class BackgroundTask<T> extends BaseSubscriber<T> {

    private static final Logger log = LoggerFactory.getLogger(BackgroundTasks.class);

    private final BackgroundTasks owner;
    private final String what;
    private final Sinks.One<T> result = Sinks.one();
    private @Nullable T value;

    BackgroundTask(BackgroundTasks owner, String what) {
        this.owner = owner;
        this.what = what;
    }

    Mono<T> result() {
        return result.asMono();
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
        if (result.currentSubscriberCount() == 0) log.warn("{}: {} failed", owner, what, error);
        else log.debug("{}: {} failed", owner, what, error);
        result.tryEmitError(error);
        owner.told();
    }
}
