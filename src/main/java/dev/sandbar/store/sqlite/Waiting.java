package dev.sandbar.store.sqlite;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.StoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A commit that waits for its turn, and then for its answer. Used by one thread at a time. */
final class Waiting {

    private final MonoSink<Commit> caller;
    private final List<Change> changes;
    private final long bytes;
    private @Nullable Commit done;
    private @Nullable StoreException failure;
    private volatile boolean cancelled;

    Waiting(MonoSink<Commit> caller, List<Change> changes) {
        this.caller = caller;
        this.changes = changes;
        this.bytes = changes.stream().mapToLong(Change::bytes).sum();
        caller.onCancel(() -> cancelled = true);
    }

    List<Change> changes() {
        return changes;
    }

    long bytes() {
        return bytes;
    }

    /** Whether its caller has left: it needn't be begun then. */
    boolean cancelled() {
        return cancelled;
    }

    /** Takes the place of whatever it had come to. */
    void done(Commit commit) {
        failure = null;
        done = commit;
    }

    /** Takes the place of whatever it had come to. */
    void failed(StoreException reason) {
        failure = reason;
    }

    boolean refused() {
        return failure != null;
    }

    void answer() {
        if (failure != null) caller.error(failure);
        else caller.success(done);
    }
}
