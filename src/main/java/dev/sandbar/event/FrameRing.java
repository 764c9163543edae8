package dev.sandbar.event;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The newest frames of a stream, bounded by number and bytes. For one writer at a time and any number of readers. */
final class FrameRing {

    private final AtomicReferenceArray<@Nullable SseFrame> slots;
    private final long mostBytes;
    private volatile long last;
    private long first = 1;
    private long bytes;

    FrameRing(int capacity, long mostBytes) {
        this.slots = new AtomicReferenceArray<>(capacity);
        this.mostBytes = mostBytes;
    }

    int capacity() {
        return slots.length();
    }

    /** The number of the newest frame that ever was here, or of what {@link #begin} was told. */
    long last() {
        return last;
    }

    /** Lets the first frame that is added be one behind this. */
    void begin(long after) {
        first = after + 1;
        last = after;
    }

    /** Adds a frame that is newer than all others; the oldest ones go where there is no room. */
    void add(SseFrame frame) {
        if (frame.seq() != last + 1) {
            forget(last + 1);
            first = frame.seq();
        }
        forget(frame.seq() + 1 - slots.length());
        bytes += frame.bytes().length;
        slots.set(slot(frame.seq()), frame);
        last = frame.seq();
        while (bytes > mostBytes && first < frame.seq()) forget(first + 1);
    }

    /** The frame with this number; null where it is too old or too new. */
    @Nullable SseFrame get(long seq) {
        SseFrame frame = slots.get(slot(seq));
        return frame != null && frame.seq() == seq ? frame : null;
    }

    /** Drops what lies before a frame. */
    private void forget(long until) {
        for (; first < until; first++) {
            SseFrame old = slots.getAndSet(slot(first), null);
            bytes -= old == null ? 0 : old.bytes().length;
        }
    }

    private int slot(long seq) {
        return (int) (seq % slots.length());
    }

    /** For tests: bytes that are held now; by the writer's thread. */
    long bytes() {
        return bytes;
    }
}
