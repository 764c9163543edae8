package dev.sandbar.sandbox;

import dev.sandbar.async.QueueFullException;
import java.time.Duration;
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

    /** Too many creations wait for their turn, or it has waited for too long. */
    public static final class Queued extends SandboxException {
        private static final long serialVersionUID = 1L;

        private final int place;
        private final long seconds;

        private Queued(String problem, QueueFullException full) {
            super(problem + ": place " + full.place() + " in line, try again in " + seconds(full) + " s");
            this.place = full.place();
            this.seconds = seconds(full);
        }

        private static long seconds(QueueFullException full) {
            return Math.max(1, full.delay().plusMillis(999).toSeconds());
        }

        static Queued perOwner(int most, QueueFullException full) {
            String limit = "the limit (sandbar.sandboxes.creations.waiting-per-owner)";
            return new Queued(most + " of your creations wait for their turn, which is " + limit, full);
        }

        static Queued inAll(int most, QueueFullException full) {
            String limit = "the limit (sandbar.sandboxes.creations.waiting)";
            return new Queued(most + " creations wait for their turn, which is " + limit, full);
        }

        static Queued tooLong(Duration patience, QueueFullException full) {
            String limit = patience.toSeconds() + " s (sandbar.sandboxes.creations.patience)";
            return new Queued("The creation has waited for its turn for " + limit, full);
        }

        /** The number in the order of turns that it would have, or still had. */
        public int place() {
            return place;
        }

        /** About how many seconds it would be until its turn, at least one. */
        public long seconds() {
            return seconds;
        }
    }
}
