package dev.sandbar.async;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What was taken from a {@link Budget} by {@link Budget#take}, or a turn in a {@link FairQueue}. Thread-safe; who loses it without closing it has taken its
 * amount for ever.
 */
public final class Permit implements AutoCloseable {

    private final AtomicBoolean given = new AtomicBoolean();
    private final Runnable giveBack;
    private final long amount;

    Permit(Runnable giveBack, long amount) {
        this.giveBack = giveBack;
        this.amount = amount;
    }

    /** How much this permits. */
    public long amount() {
        return amount;
    }

    /** Gives back the amount, by the first call only: may be called again and from any thread. */
    @Override
    public void close() {
        if (given.compareAndSet(false, true)) giveBack.run();
    }
}
