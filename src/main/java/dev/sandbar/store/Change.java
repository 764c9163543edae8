package dev.sandbar.store;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One step of a commit. Arrays are not copied: they aren't to be changed any more.
 *
 * <p>What breaks the rules for names and contents (see {@link Store}) can't be made: {@link IllegalArgumentException}.
 */
public sealed interface Change {

    /**
     * Writes a document.
     *
     * @param expected the version that it has now, {@link #NEW} where there is to be none, {@link #ANY} whatever there is
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Put(String kind, String id, long expected, byte[] content) implements Change {
        public Put {
            checkDocument(kind, id, expected);
            Names.check(kind + " " + id, content);
        }

        @Override
        public long bytes() {
            return content.length;
        }
    }

    /** Removes a document; with {@link #ANY} one that is missing is no conflict. */
    record Delete(String kind, String id, long expected) implements Change {
        public Delete {
            checkDocument(kind, id, expected);
        }

        @Override
        public long bytes() {
            return 0;
        }
    }

    /** Adds entries to the end of a log, then drops its oldest ones beyond what is to be kept. Without entries: nothing. */
    record Append(String log, List<byte[]> entries, Retention keep) implements Change {
        public Append {
            Names.check("A log's name", log);
            entries = List.copyOf(entries);
            entries.forEach(entry -> Names.check("An entry of " + log, entry));
        }

        @Override
        public long bytes() {
            long bytes = 0;
            for (byte[] entry : entries) bytes += entry.length;
            return bytes;
        }
    }

    /** Removes a log with all of its entries, where there is one; a later append begins again with 1. */
    record Drop(String log) implements Change {
        public Drop {
            Names.check("A log's name", log);
        }

        @Override
        public long bytes() {
            return 0;
        }
    }

    /** Expects no document. */
    long NEW = 0;

    /** Expects nothing. */
    long ANY = -1;

    /** How many bytes of content it writes. */
    long bytes();

    /**
     * These changes, unchanged; for adapters.
     *
     * @throws IllegalArgumentException when they can't be one commit: a document occurs twice, or they have more than
     *     {@link Store#COMMIT_MAX} bytes
     */
    static List<Change> together(List<Change> changes) {
        long bytes = 0;
        Set<List<String>> documents = new HashSet<>(2);
        for (Change change : changes) {
            bytes += change.bytes();
            if (change instanceof Put put) once(documents, put.kind(), put.id());
            if (change instanceof Delete delete) once(documents, delete.kind(), delete.id());
        }
        if (bytes > Store.COMMIT_MAX) {
            throw new IllegalArgumentException("A commit has " + bytes + " bytes, more than " + Store.COMMIT_MAX);
        }
        return changes;
    }

    private static void once(Set<List<String>> documents, String kind, String id) {
        if (!documents.add(List.of(kind, id))) {
            throw new IllegalArgumentException(kind + " " + id + " occurs twice in one commit");
        }
    }

    private static void checkDocument(String kind, String id, long expected) {
        Names.check("A document's kind", kind);
        Names.check("A document's id", id);
        if (expected < ANY) throw new IllegalArgumentException("no document has version " + expected);
    }

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
