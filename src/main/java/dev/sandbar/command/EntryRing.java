package dev.sandbar.command;

import org.jspecify.annotations.Nullable;

/** A queue with random access by sequence number; grows with what it holds. Not thread-safe. */
final class EntryRing {

    /**
     * One event of the log.
     *
     * @param end offset behind its bytes
     * @param stdout bytes of standard output up to and with this one
     * @param weight of everything up to and with this one
     */
    record Entry(CommandEvent event, long end, long stdout, long weight) {}

    private static final int SMALLEST = 16;

    private @Nullable Entry[] slots = new @Nullable Entry[SMALLEST];
    private long first = 1;
    private long next = 1;

    long first() {
        return first;
    }

    /** The sequence number that the next entry gets. */
    long next() {
        return next;
    }

    /** Goes on behind a number; only while it is empty. */
    void continueBehind(long sequence) {
        first = sequence + 1;
        next = sequence + 1;
    }

    void add(Entry entry) {
        if (next - first == slots.length) resize(slots.length * 2);
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

    /** Gives back memory that it needed when it held more. */
    void shrink() {
        if (slots.length > SMALLEST && next - first <= SMALLEST) resize(SMALLEST);
    }

    private int slot(long sequence) {
        return (int) (sequence & (slots.length - 1));
    }

    private void resize(int size) {
        @Nullable Entry[] old = slots;
        slots = new @Nullable Entry[size];
        for (long i = first; i < next; i++) {
            slots[slot(i)] = old[(int) (i & (old.length - 1))];
        }
    }
}
