package dev.sandbar.command;

/**
 * Where in a command's output a reader begins.
 *
 * @param offset bytes, both streams together; -1 for the present end
 */
public record Position(long offset) {

    public Position {
        if (offset < -1) throw new IllegalArgumentException("offset must not be negative: " + offset);
    }

    /** Only what comes from now on. */
    public static Position now() {
        return new Position(-1);
    }

    /** Everything; what is not kept any more is announced as a {@link CommandEvent.Gap}. */
    public static Position start() {
        return new Position(0);
    }

    /** What follows the first {@code offset} bytes; what is not kept any more is announced. */
    public static Position after(long offset) {
        if (offset < 0) throw new IllegalArgumentException("offset must not be negative: " + offset);
        return new Position(offset);
    }

    boolean isNow() {
        return offset == -1;
    }
}
