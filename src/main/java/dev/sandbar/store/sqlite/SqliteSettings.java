package dev.sandbar.store.sqlite;

import dev.sandbar.store.Store;

/**
 * How much a store may hold in memory and do at once.
 *
 * @param readers connections that read, 1 to 16
 * @param waitingReads most reads that run or wait
 * @param waitingCommits most commits that wait
 * @param waitingBytes most bytes of contents that wait, at least those of one commit ({@link Store#COMMIT_MAX})
 */
public record SqliteSettings(int readers, int waitingReads, int waitingCommits, long waitingBytes) {

    public static final SqliteSettings DEFAULT = new SqliteSettings(3, 10_000, 10_000, 4L * Store.COMMIT_MAX);

    public SqliteSettings {
        if (readers < 1 || readers > 16) throw new IllegalArgumentException("readers must be 1 to 16, not " + readers);
        if (waitingReads < 1) throw new IllegalArgumentException("waitingReads must be at least 1");
        if (waitingCommits < 1) throw new IllegalArgumentException("waitingCommits must be at least 1");
        if (waitingBytes < Store.COMMIT_MAX) {
            throw new IllegalArgumentException("waitingBytes must be at least " + Store.COMMIT_MAX);
        }
    }
}
