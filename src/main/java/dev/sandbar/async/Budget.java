package dev.sandbar.async;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An amount of something that many share, such as bytes of memory: what is taken by all of them together never exceeds
 * {@code most}.
 *
 * <p><b>Threads:</b> thread-safe; nothing waits and nothing blocks: what isn't there is refused, and who was refused
 * isn't told when it is there again. <b>Bounds:</b> holds one number.
 */
public final class Budget {

    private final AtomicLong taken = new AtomicLong();
    private final String name;
    private final long most;

    /** Takes a name for errors, and how much may be taken in all: zero or more, in the unit of the caller. */
    public Budget(String name, long most) {
        if (most < 0) throw new IllegalArgumentException(name + " must be at least 0, not " + most);
        this.name = name;
        this.most = most;
    }

    /**
     * Takes all of {@code n} or nothing; who got it gives it back by {@link #give}.
     *
     * @return false when so much isn't left
     * @throws IllegalArgumentException when {@code n} is negative
     */
    public boolean tryTake(long n) {
        checkAmount(n);
        long now = taken.get();
        while (n <= most - now) {
            if (taken.compareAndSet(now, now + n)) return true;
            now = taken.get();
        }
        return false;
    }

    /** As {@link #tryTake}, with a permit that gives back by itself: null when so much isn't left. */
    public @Nullable Permit take(long n) {
        return tryTake(n) ? new Permit(() -> give(n), n) : null;
    }

    /**
     * Gives back a part of what was taken.
     *
     * @throws IllegalArgumentException when {@code n} is negative
     * @throws IllegalStateException when that is more than is taken; nothing is given back then
     */
    public void give(long n) {
        checkAmount(n);
        long now = taken.get();
        while (n <= now) {
            if (taken.compareAndSet(now, now - n)) return;
            now = taken.get();
        }
        throw new IllegalStateException(name + ": " + n + " given back, but only " + now + " taken");
    }

    /** How much is taken now. */
    public long taken() {
        return taken.get();
    }

    /** How much may be taken in all. */
    public long most() {
        return most;
    }

    private void checkAmount(long n) {
        if (n < 0) throw new IllegalArgumentException(name + ": the amount must be at least 0, not " + n);
    }

    @Override
    public String toString() {
        return name;
    }
}
