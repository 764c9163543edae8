package dev.sandbar.sandbox;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** A request of a client, and what became of it. */
final class Ask<T> extends BaseSubscriber<T> {

    private @Nullable T value;
    private @Nullable Throwable error;
    private boolean completed;
    private boolean left;

    /** The client goes. */
    void leave() {
        left = true;
        cancel();
    }

    boolean left() {
        return left;
    }

    @Nullable T value() {
        return value;
    }

    @Nullable Throwable error() {
        return error;
    }

    /** Answered well. */
    boolean done() {
        return completed && !left;
    }

    boolean answered() {
        return completed || error != null;
    }

    @Override
    protected void hookOnNext(T next) {
        value = next;
    }

    @Override
    protected void hookOnComplete() {
        completed = true;
    }

    @Override
    protected void hookOnError(Throwable refusal) {
        error = refusal;
    }
}
