package dev.sandbar.async;

import java.util.HashMap;
import java.util.Map;

/**
 * An amount of something that many owners share, such as bytes of memory: all of them together never take more than
 * {@code most}, and none of them more than {@code mostEach}, so that one alone can't take it from the others.
 *
 * <p><b>Threads:</b> thread-safe; nothing waits and nothing blocks: what isn't there is refused. <b>Bounds:</b> holds one
 * number for each owner who has taken something.
 */
public final class Shares {

    /** Whether it was there. */
    public enum Taken {
        /** All of it was taken. */
        YES,
        /** The owner would have more than each may have; nothing was taken. */
        OWNER_FULL,
        /** All owners together would have more than there is; nothing was taken. */
        ALL_FULL
    }

    private final Map<String, Long> owners = new HashMap<>();
    private final String name;
    private final long most;
    private final long mostEach;
    private long taken;

    /** Takes a name for errors, and how much may be taken in all and by each owner, in the unit of the caller. */
    public Shares(String name, long most, long mostEach) {
        if (mostEach < 0 || most < mostEach) {
            throw new IllegalArgumentException(name + ": each may take " + mostEach + " of " + most);
        }
        this.name = name;
        this.most = most;
        this.mostEach = mostEach;
    }

    /** Takes all of {@code n} or nothing; who got it gives it back by {@link #give}. */
    public synchronized Taken take(String owner, long n) {
        checkAmount(n);
        if (n > mostEach - taken(owner)) return Taken.OWNER_FULL;
        if (n > most - taken) return Taken.ALL_FULL;
        owners.merge(owner, n, Long::sum);
        taken += n;
        return Taken.YES;
    }

    /** Gives back a part of what the owner has taken. */
    public synchronized void give(String owner, long n) {
        checkAmount(n);
        long left = taken(owner) - n;
        if (left < 0) throw new IllegalStateException(name + ": " + n + " given back by " + owner + ", too much");
        if (left == 0) owners.remove(owner);
        else owners.put(owner, left);
        taken -= n;
    }

    /** How much is taken now. */
    public synchronized long taken() {
        return taken;
    }

    /** How much the owner has taken now. */
    public synchronized long taken(String owner) {
        return owners.getOrDefault(owner, 0L);
    }

    /** How much may be taken in all. */
    public long most() {
        return most;
    }

    /** How much each owner may take. */
    public long mostEach() {
        return mostEach;
    }

    private void checkAmount(long n) {
        if (n < 0) throw new IllegalArgumentException(name + ": the amount must be at least 0, not " + n);
    }
}
