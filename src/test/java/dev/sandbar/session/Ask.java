package dev.sandbar.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** A request of a client, and what became of it. */
final class Ask<T> extends BaseSubscriber<T> {

    final List<T> values = new ArrayList<>();
    private @Nullable Throwable error;
    private boolean completed;

    /** The last value. */
    T value() {
        if (error != null) throw new AssertionError("refused", error);
        if (values.isEmpty()) throw new AssertionError("no answer yet");
        return values.get(values.size() - 1);
    }

    Throwable error() {
        return Objects.requireNonNull(error, "no error: " + values);
    }

    boolean failed() {
        return error != null;
    }

    boolean done() {
        return completed;
    }

    boolean answered() {
        return completed || error != null;
    }

    @Override
    protected void hookOnNext(T next) {
        values.add(next);
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
