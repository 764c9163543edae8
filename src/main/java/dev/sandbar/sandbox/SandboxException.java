package dev.sandbar.sandbox;

import java.util.List;

/** Why a sandbox could not be had. The messages are for the people who asked. */
public sealed class SandboxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private SandboxException(String message) {
        super(message, null, false, false);
    }

    /** There is no such sandbox for this owner, or no more. */
    public static final class NotFound extends SandboxException {
        private static final long serialVersionUID = 1L;

        public NotFound(String id) {
            super("Sandbox \"" + id + "\" doesn't exist or you don't have access to it");
        }
    }

    /** The request itself is wrong. */
    public static final class Invalid extends SandboxException {
        private static final long serialVersionUID = 1L;

        public Invalid(String message) {
            super(message);
        }
    }

    /** What was asked for depends on a state that isn't there any more. */
    public static final class Stale extends SandboxException {
        private static final long serialVersionUID = 1L;

        public Stale(String message) {
            super(message);
        }
    }

    /** There is no such template. */
    public static final class UnknownTemplate extends SandboxException {
        private static final long serialVersionUID = 1L;

        public UnknownTemplate(String template, List<String> offered) {
            super("Template \"" + template + "\" doesn't exist; there is: " + String.join(", ", offered));
        }
    }

    /** There are too many sandboxes, in all or of one owner. */
    public static final class LimitReached extends SandboxException {
        private static final long serialVersionUID = 1L;

        private final boolean own;

        private LimitReached(String message, boolean own) {
            super(message);
            this.own = own;
        }

        static LimitReached inAll(int most) {
            String limit = "There are " + most + " sandboxes, which is the limit (sandbar.sandboxes.most): ";
            return new LimitReached(limit + "try again later", false);
        }

        static LimitReached perOwner(int most) {
            String limit = "You have " + most + " sandboxes, which is the limit (sandbar.sandboxes.most-per-owner): ";
            return new LimitReached(limit + "end one first", true);
        }

        /** Whether it is the owner's own limit, so that ending one of its sandboxes helps; otherwise that of all. */
        public boolean own() {
            return own;
        }
    }
}
