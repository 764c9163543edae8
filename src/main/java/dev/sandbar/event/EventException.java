package dev.sandbar.event;

/** Why a stream of events can't be followed. */
public abstract sealed class EventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EventException(String message) {
        super(message, null, false, false);
    }

    /** As many readers follow the stream as may. */
    public static final class TooManyReaders extends EventException {
        private static final long serialVersionUID = 1L;

        TooManyReaders(int most) {
            super("These events have " + most
                    + " readers, which is the limit (sandbar.events.readers): try again later");
        }
    }

    /** The reader claims to have seen what hasn't happened. */
    public static final class BeyondEnd extends EventException {
        private static final long serialVersionUID = 1L;

        BeyondEnd(long after, long last) {
            super("There is no event " + after + " yet: the newest one is " + last);
        }
    }

    /** The service shuts down. */
    public static final class Closed extends EventException {
        private static final long serialVersionUID = 1L;

        Closed() {
            super("The service shuts down: ask again");
        }
    }
}
