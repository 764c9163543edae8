package dev.sandbar.sandbox;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When something that is owed is tried again: after growing pauses, for ever. One attempt at a time. */
final class Due {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofSeconds(60);

    private @Nullable Instant notBefore;
    private int failures;
    private boolean begun;

    /** True for exactly one caller, who calls {@link #over} afterwards. */
    synchronized boolean begin(Instant now) {
        if (begun || (notBefore != null && notBefore.isAfter(now))) return false;
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

    /** Puts it off for the shortest pause, whatever happened before. */
    synchronized void refused(Instant now) {
        notBefore = now.plus(FIRST);
    }
}
