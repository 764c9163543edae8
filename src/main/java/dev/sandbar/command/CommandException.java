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

    /** The position lies behind what the command has written so far. */
    public static final class BehindTheEnd extends CommandException {
        private static final long serialVersionUID = 1L;

        BehindTheEnd(String position, long last) {
            super(position + " lies behind the end of the output, " + last);
        }
    }

    /** There is no memory left for the output of another command. */
    public static final class NoRoom extends CommandException {
        private static final long serialVersionUID = 1L;

        NoRoom(long most) {
            super("The output of commands has all the memory that it may have, " + most
                    + " bytes (sandbar.commands.all-output): try again later");
        }
    }

    /** The service stops to watch the command: it shuts down, or the agent doesn't know the command any more. */
    public static final class Lost extends CommandException {
        private static final long serialVersionUID = 1L;
        private final boolean stopping;

        Lost(String message) {
            this(message, false);
        }

        private Lost(String message, boolean stopping) {
            super(message);
            this.stopping = stopping;
        }

        static Lost stopping() {
            return new Lost("the service shuts down", true);
        }

        /** Whether it is no failure: the service stops, and the command goes on. */
        public boolean isStopping() {
            return stopping;
        }
    }
}
