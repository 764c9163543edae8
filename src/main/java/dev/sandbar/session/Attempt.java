package dev.sandbar.session;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One making of a sandbox, which somebody may want to stop. Until it has begun a cancel ends it at once; then it may go on
 * until it is cut. Thread-safe; none waits.
 */
final class Attempt {

    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final Sinks.Empty<Void> done = Sinks.empty();
    private final String sandboxId;
    private final long generation;
    private boolean begun;
    private boolean cancelled;

    Attempt(String sandboxId, long generation) {
        this.sandboxId = sandboxId;
        this.generation = generation;
    }

    String sandboxId() {
        return sandboxId;
    }

    long generation() {
        return generation;
    }

    /** False when it was cancelled: nothing is to be made then. */
    synchronized boolean begin() {
        begun = true;
        return !cancelled;
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    /** Sets the flag. */
    void cancel() {
        synchronized (this) {
            cancelled = true;
            if (begun) return;
        }
        cut();
    }

    /** Ends it, however far it is. */
    void cut() {
        stop.tryEmitEmpty();
    }

    /** Completes when nothing more is to be waited for. */
    Mono<Void> stopped() {
        return stop.asMono();
    }

    void over() {
        done.tryEmitEmpty();
    }

    /** Completes when it is over, well or not, and recorded if that was possible. */
    Mono<Void> done() {
        return done.asMono();
    }
}
