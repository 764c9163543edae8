package dev.sandbar.command;

/** How far a command is. */
public sealed interface CommandState {

    /** Whether nothing will change any more. */
    default boolean ended() {
        return !(this instanceof Starting || this instanceof Running);
    }

    /** As clients see it. */
    String wireName();

    /** Why it ended; {@link IllegalStateException} before that. */
    default Cause cause() {
        throw new IllegalStateException("a command that is " + wireName() + " has no cause of its end");
    }

    /** The agent was asked and has not answered yet. */
    record Starting() implements CommandState {
        @Override
        public String wireName() {
            return "starting";
        }
    }

    /** It runs. */
    record Running() implements CommandState {
        @Override
        public String wireName() {
            return "running";
        }
    }

    /** It ended with an exit code. */
    record Exited(int code, Cause cause) implements CommandState {
        @Override
        public String wireName() {
            return "exited";
        }
    }

    /** A signal ended it. */
    record Signalled(int signal, Cause cause) implements CommandState {
        @Override
        public String wireName() {
            return "signalled";
        }
    }

    /** It could not be started, or the agent lost sight of it. */
    record Failed(String reason) implements CommandState {
        @Override
        public String wireName() {
            return "failed";
        }

        @Override
        public Cause cause() {
            return Cause.LOST;
        }
    }

    /** Its sandbox ended, and the command with it: there is neither code nor signal to tell. */
    record Gone(Cause cause) implements CommandState {
        @Override
        public String wireName() {
            return "failed";
        }
    }
}
