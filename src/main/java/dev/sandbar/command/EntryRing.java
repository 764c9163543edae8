package dev.sandbar.command;

import org.jspecify.annotations.Nullable;

/** A queue with random access by sequence number; grows with what it holds. Not thread-safe. */
final class EntryRing {

    /**
     * One event of the log.
     *
     * @param end offset behind its bytes
     * @param weight of everything up to and with this one
     */
    record Entry(CommandEvent event, long end, long weight) {}

    private @Nullable Entry[] slots = new @Nullable Entry[16];
    private long first = 1;
    private long next = 1;

    long first() {
        return first;
    }

    /** The sequence number that the next entry gets. */
    long next() {
        return next;
    }

    void add(Entry entry) {
        if (next - first == slots.length) grow();
        slots[slot(next++)] = entry;
    }

    Entry get(long sequence) {
        Entry entry = slots[slot(sequence)];
        if (entry == null || sequence < first) throw new IllegalStateException("entry " + sequence + " is not kept");
        return entry;
    }

    void removeFirst() {
        slots[slot(first++)] = null;
    }

    private int slot(long sequence) {
        return (int) (sequence & (slots.length - 1));
    }

    private void grow() {
        @Nullable Entry[] old = slots;
        slots = new @Nullable Entry[old.length * 2];
        for (long i = first; i < next; i++) {
            slots[slot(i)] = old[(int) (i & (old.length - 1))];
        }
    }
}
