package dev.sandbar.store;

/**
 * Which entries of a log are kept.
 *
 * @param first sequence number of the oldest one that is kept
 * @param last sequence number of the newest one, 0 where there never was one
 */
public record LogRange(long first, long last) {

    /** Of a log that has no entries and never had any. */
    public static final LogRange NONE = new LogRange(1, 0);
}
