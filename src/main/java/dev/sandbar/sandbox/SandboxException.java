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

    /** There is no such template. */
    public static final class UnknownTemplate extends SandboxException {
        private static final long serialVersionUID = 1L;

        public UnknownTemplate(String template, List<String> offered) {
            super("Template \"" + template + "\" doesn't exist; there is: " + String.join(", ", offered));
        }
    }

    /** There are too many sandboxes. */
    public static final class LimitReached extends SandboxException {
        private static final long serialVersionUID = 1L;

        public LimitReached(int most) {
            super("There are " + most + " sandboxes, which is the limit (sandbar.sandboxes.most): end one first");
        }
    }
}
