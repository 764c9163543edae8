package dev.sandbar.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a session could not do something. The messages are for the people who asked. */
public sealed class SessionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private SessionException(String message) {
        super(message, null, false, false);
    }

    /** There is no such session, or approval, for this owner. */
    public static final class NotFound extends SessionException {
        private static final long serialVersionUID = 1L;

        private NotFound(String message) {
            super(message);
        }

        static NotFound session(String id) {
            return new NotFound("Session \"" + id + "\" doesn't exist or you don't have access to it");
        }

        static NotFound approval(String id) {
            return new NotFound("Approval \"" + id + "\" doesn't exist in this session");
        }
    }

    /** It has ended: what was asked for can't happen in it any more. */
    public static final class Ended extends SessionException {
        private static final long serialVersionUID = 1L;

        Ended(String id, @Nullable String cause) {
            super("Session \"" + id + "\" has ended (" + cause + "): open another one");
        }
    }

    /** The request itself is wrong. */
    public static final class Invalid extends SessionException {
        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message);
        }
    }

    /** Not now, or not any more, by the state that the session is in. */
    public static final class Conflict extends SessionException {
        private static final long serialVersionUID = 1L;

        Conflict(String message) {
            super(message);
        }
    }

    /** It has no sandbox now; the message says why and since when. Asking again tries again. */
    public static final class NoSandbox extends SessionException {
        private static final long serialVersionUID = 1L;

        NoSandbox(String message) {
            super(message);
        }
    }

    /** It was changed by somebody else since. */
    public static final class Stale extends SessionException {
        private static final long serialVersionUID = 1L;

        Stale(long revision) {
            super("The session was changed meanwhile, its revision is " + revision + ": read it again");
        }
    }

    /** There is no such hardware here. */
    public static final class UnknownHardware extends SessionException {
        private static final long serialVersionUID = 1L;

        private final List<String> offered;

        UnknownHardware(String hardware, List<String> offered) {
            super("Hardware \"" + hardware + "\" isn't offered here; there is: " + String.join(", ", offered));
            this.offered = List.copyOf(offered);
        }

        public List<String> offered() {
            return offered;
        }
    }

    /** There are too many active sessions, in all or of one owner. */
    public static final class LimitReached extends SessionException {
        private static final long serialVersionUID = 1L;

        private final boolean own;

        private LimitReached(String message, boolean own) {
            super(message);
            this.own = own;
        }

        static LimitReached inAll(int most) {
            String limit = "There are " + most + " active sessions, which is the limit (sandbar.sessions.most): ";
            return new LimitReached(limit + "try again later", false);
        }

        static LimitReached perOwner(int most) {
            String limit =
                    "You have " + most + " active sessions, which is the limit (sandbar.sessions.most-per-owner): ";
            return new LimitReached(limit + "end one, or wait until one is idle", true);
        }

        /** Whether it is the owner's own limit, so that ending a session helps; otherwise that of all. */
        public boolean own() {
            return own;
        }
    }
}
