package dev.sandbar.store.sqlite;

/** What is to be known of a log to add to it. Used by the writer only. */
final class LogTail {

    final long id;

    /** Sequence numbers of the oldest and the newest entry; {@code last} is 0 as long as there is none. */
    long first;

    long last;

    /** How many bytes the log ever got, and how many of these before the first entry that is kept. */
    long total;

    long base;

    LogTail(long id, long first, long last, long total, long base) {
        this.id = id;
        this.first = first;
        this.last = last;
        this.total = total;
        this.base = base;
    }
}
