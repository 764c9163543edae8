package dev.sandbar.store.file;

/**
 * Bounds of journals.
 *
 * @param perJournal bytes that one keeps
 * @param all bytes that all of them keep together
 * @param threads that read and write
 */
public record FileJournalSettings(long perJournal, long all, int threads) {

    /** 16 MiB each, 8 GiB together, two threads. */
    public static final FileJournalSettings DEFAULT = new FileJournalSettings(16L << 20, 8L << 30, 2);

    private static final long SEGMENTS = 8;
    private static final long SEGMENT_MIN = 256;
    private static final long SEGMENT_MAX = 4L << 20;

    public FileJournalSettings {
        if (perJournal < 1 || all < 0 || threads < 1) {
            throw new IllegalArgumentException("bounds of journals must be at least 1");
        }
    }

    long segment() {
        return Math.max(SEGMENT_MIN, Math.min(SEGMENT_MAX, perJournal / SEGMENTS));
    }
}
