package dev.sandbar.command;

/** Why commands were refused or a reader was cut; none of these says that a command has ended. */
public abstract sealed class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message, null, false, false);
    }

    /** The sandbox ended while the command ran; the stream is to be cut, not ended. */
    public static final class SandboxEnded extends CommandException {
        private static final long serialVersionUID = 1L;
        private final Cause cause;

        SandboxEnded(String sandboxId, Cause cause) {
            super("sandbox " + sandboxId + " ended: " + cause.wireName());
            this.cause = cause;
        }

        public Cause why() {
            return cause;
        }
    }

    /** The reader took nothing for too long. The command goes on; the reader may come back by offset. */
    public static final class ReaderTooSlow extends CommandException {
        private static final long serialVersionUID = 1L;

        ReaderTooSlow(String commandId) {
            super("the reader of command " + commandId + " took nothing for too long");
        }
    }

    /** As many commands run in the sandbox, or read one command, as may. */
    public static final class TooMany extends CommandException {
        private static final long serialVersionUID = 1L;

        TooMany(String message) {
            super(message);
        }
    }

    /** The service stops to watch the command: it shuts down, or the agent doesn't know the command any more. */
    public static final class Lost extends CommandException {
        private static final long serialVersionUID = 1L;

        Lost(String message) {
            super(message);
        }
    }
}
