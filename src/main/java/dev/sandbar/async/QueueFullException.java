package dev.sandbar.async;

import java.time.Duration;

/** Work wasn't begun, since too many wait for their turn, or since it has waited for too long. */
public final class QueueFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Which bound was met. */
    public enum Bound {
        OF_ALL,
        OF_KEY,
        PATIENCE
    }

    private final Bound bound;
    private final int place;
    private final Duration delay;

    QueueFullException(String name, Bound bound, int place, Duration delay) {
        super(name + ": no room in the line for number " + place, null, false, false);
        this.bound = bound;
        this.place = place;
        this.delay = delay;
    }

    public Bound bound() {
        return bound;
    }

    /** The number in the order of turns that it would have, or still has: 1 for the next one. */
    public int place() {
        return place;
    }

    /** About how long it would be until its turn, by what the latest works took. */
    public Duration delay() {
        return delay;
    }
}
