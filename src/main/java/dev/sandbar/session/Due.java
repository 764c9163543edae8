package dev.sandbar.session;

import java.time.Duration;
import java.time.Instant;

/** When something that is owed is tried again: after growing pauses, for ever. */
final class Due {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofSeconds(60);

    private Instant notBefore = Instant.MIN;
    private int failures;
    private boolean begun;

    synchronized boolean at(Instant now) {
        return !notBefore.isAfter(now);
    }

    /** True for exactly one caller, who calls {@link #over} afterwards. */
    synchronized boolean begin(Instant now) {
        if (begun || !at(now)) return false;
        begun = true;
        return true;
    }

    synchronized void over() {
        begun = false;
    }

    /** Puts it off; the pause grows with each failure. Tells how many there were. */
    synchronized int failed(Instant now) {
        Duration pause = FIRST.multipliedBy(1L << Math.min(failures, 6));
        notBefore = now.plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
        return ++failures;
    }

    synchronized void succeeded() {
        failures = 0;
        notBefore = Instant.MIN;
    }
}
