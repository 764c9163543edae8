package dev.sandbar.async;

import java.time.Duration;

/** How long work takes, by what the latest of it took. Guarded by its queue. */
final class Pace {

    private static final double FIRST_GUESS = 1000;
    private static final int LATEST = 16;

    private double mean = FIRST_GUESS;
    private int known;

    void add(long millis) {
        known = Math.min(known + 1, LATEST);
        mean += (millis - mean) / known;
    }

    /** About when the work with this number in the line begins, where so many work at once. */
    Duration until(int place, int atOnce) {
        return Duration.ofMillis(Math.round(mean * place / atOnce));
    }
}
