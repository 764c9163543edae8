package dev.sandbar.store;

import java.util.List;

/** One step of a commit. Arrays are not copied: they aren't to be changed any more. */
public sealed interface Change {

    /**
     * Writes a document.
     *
     * @param expected the version that it has now, {@link #NEW} where there is to be none, {@link #ANY} whatever there is
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Put(String kind, String id, long expected, byte[] content) implements Change {}

    /** Removes a document; with {@link #ANY} one that is missing is no conflict. */
    record Delete(String kind, String id, long expected) implements Change {}

    /** Adds entries to the end of a log, then drops its oldest ones beyond what is to be kept. */
    record Append(String log, List<byte[]> entries, Retention keep) implements Change {
        public Append {
            entries = List.copyOf(entries);
        }
    }

    /** Removes a log with all of its entries; a later append begins again with 1. */
    record Drop(String log) implements Change {}

    /** Expects no document. */
    long NEW = 0;

    /** Expects nothing. */
    long ANY = -1;

    /**
     * How much of a log is kept; the newest entry always is.
     *
     * @param entries at most so many
     * @param bytes at most so many in their contents together
     */
    record Retention(long entries, long bytes) {
        public static final Retention ALL = new Retention(Long.MAX_VALUE, Long.MAX_VALUE);
    }
}
