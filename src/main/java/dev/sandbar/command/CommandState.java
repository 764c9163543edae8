package dev.sandbar.command;

/** How far a command is. */
public sealed interface CommandState {

    /** Whether nothing will change any more. */
    default boolean ended() {
        return !(this instanceof Starting || this instanceof Running);
    }

    /** The agent was asked and has not answered yet. */
    record Starting() implements CommandState {}

    /** It runs. */
    record Running() implements CommandState {}

    /** It ended with an exit code. */
    record Exited(int code, Cause cause) implements CommandState {}

    /** A signal ended it. */
    record Signalled(int signal, Cause cause) implements CommandState {}

    /** It could not be started, or the agent lost sight of it. */
    record Failed(String reason) implements CommandState {}

    /** Its sandbox ended, and the command with it: there is neither code nor signal to tell. */
    record Gone(Cause cause) implements CommandState {}
}
