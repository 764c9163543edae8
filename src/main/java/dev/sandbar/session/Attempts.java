package dev.sandbar.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The makings of sandboxes for one session that go on, by the id of what is made. Thread-safe; none waits. */
final class Attempts {

    private final Map<String, Attempt> running = new HashMap<>();

    /** Null when that sandbox is being made already. */
    synchronized @Nullable Attempt begin(String sandboxId, long generation) {
        if (running.containsKey(sandboxId)) return null;
        Attempt attempt = new Attempt(sandboxId, generation);
        running.put(sandboxId, attempt);
        return attempt;
    }

    synchronized @Nullable Attempt of(String sandboxId) {
        return running.get(sandboxId);
    }

    /** What the slot waits for, or null. */
    @Nullable Attempt of(Slot slot) {
        Slot.Next next = slot.next();
        return next == null ? null : of(next.sandboxId());
    }

    void over(Attempt attempt) {
        synchronized (this) {
            running.remove(attempt.sandboxId(), attempt);
        }
        attempt.over();
    }

    synchronized List<Attempt> all() {
        return List.copyOf(running.values());
    }
}
