package dev.sandbar.client;

import org.jspecify.annotations.Nullable;

/** The last failure to get one thing of one sandbox, told to whoever asks within the pause behind it. Thread-safe. */
final class TokenFailures {

    private record Failure(SandboxClientException told, long until) {}

    private int inARow;
    private volatile @Nullable Failure last;

    /** Begins the pause, which grows with each failure in a row. */
    synchronized void add(String what, Throwable error, long now) {
        long pause = Pauses.after(error, inARow).toNanos();
        inARow++;
        last = new Failure(Pauses.remembered(what, error, pause), now + pause);
    }

    synchronized void reset() {
        inARow = 0;
        last = null;
    }

    /** Null outside of a pause. */
    @Nullable SandboxClientException remembered(long now) {
        Failure failure = last;
        return failure == null || now - failure.until >= 0 ? null : failure.told;
    }
}
