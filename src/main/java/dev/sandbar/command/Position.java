package dev.sandbar.command;

/**
 * Where in a command's output a reader begins: by bytes, or by the number of an event.
 *
 * <p>A reader by offset sees output as soon as it is there. A reader by number sees only what is kept on disk, so that a
 * number means the same after a crash of the service.
 *
 * @param offset bytes, both streams together; -1 for the present end; not used by number
 * @param seq number of the event that it begins behind; -1 where it begins by offset
 */
public record Position(long offset, long seq) {

    private static final Position NOW = new Position(-1, -1);
    private static final Position START = new Position(0, -1);

    public Position {
        if (offset < -1) throw new IllegalArgumentException("offset must not be negative: " + offset);
        if (seq < -1) throw new IllegalArgumentException("number must not be negative: " + seq);
    }

    /** Only what comes from now on. */
    public static Position now() {
        return NOW;
    }

    /** Everything; what is not kept any more is announced as a {@link CommandEvent.Gap}. */
    public static Position start() {
        return START;
    }

    /** What follows the first {@code offset} bytes; what is not kept any more is announced. */
    public static Position after(long offset) {
        if (offset < 0) throw new IllegalArgumentException("offset must not be negative: " + offset);
        return new Position(offset, -1);
    }

    /** What follows the event of this number, 0 for everything; what is not kept any more is announced. */
    public static Position behind(long seq) {
        if (seq < 0) throw new IllegalArgumentException("number must not be negative: " + seq);
        return new Position(0, seq);
    }

    boolean isNow() {
        return offset == -1;
    }

    boolean isByNumber() {
        return seq >= 0;
    }
}
