package dev.sandbar.client;

import org.jspecify.annotations.Nullable;

/** A call to which no usable answer came. Its message names the method and the route, nothing that was sent. */
public abstract sealed class SandboxTransportException extends SandboxClientException {

    private static final long serialVersionUID = 1L;

    SandboxTransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** No connection could be had, so nothing was sent. */
    public static final class CantConnect extends SandboxTransportException {

        private static final long serialVersionUID = 1L;

        public CantConnect(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** A deadline has passed. What was asked for may have been done. */
    public static final class TimedOut extends SandboxTransportException {

        private static final long serialVersionUID = 1L;

        private final Limit limit;

        /** Which of the deadlines. */
        public enum Limit {
            /** From the request's last byte to the answer's head. */
            RESPONSE,
            /** From one piece of an answer to the next. */
            IDLE,
            /** Of a call with all its attempts. */
            TOTAL
        }

        public TimedOut(String message, Limit limit) {
            super(message, null);
            this.limit = limit;
        }

        public Limit limit() {
            return limit;
        }
    }

    /** The connection ended before the answer did. What was asked for may have been done. */
    public static final class Broken extends SandboxTransportException {

        private static final long serialVersionUID = 1L;

        public Broken(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The answer isn't what it should be: no JSON, no stream of events, too large, or with parts missing. */
    public static final class Malformed extends SandboxTransportException {

        private static final long serialVersionUID = 1L;

        public Malformed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
