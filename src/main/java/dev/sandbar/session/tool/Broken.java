package dev.sandbar.session.tool;

import dev.sandbar.command.Cause;
import dev.sandbar.command.CommandException;
import java.time.Duration;

/**
 * Why the end of a command was not seen.
 *
 * @param error for the AI
 * @param cause the word for programs
 * @param goesOn whether the command is to go on
 */
record Broken(String error, String cause, boolean goesOn) {

    static final Broken NO_END =
            new Broken("The sandbox told no end of the command in time; it was told to end it", "lost", false);

    static Broken of(CommandException error, long pid, Duration timeout) {
        if (error instanceof CommandException.SandboxEnded gone) {
            Cause cause = gone.why();
            return new Broken(BashEnds.withSandbox(cause), cause.wireName(), false);
        }
        if (error instanceof CommandException.Lost lost && lost.isStopping()) {
            return new Broken(
                    "The service stops, so that the command's end is not seen here. It goes on in the sandbox, as process "
                            + pid + ", until it ends or " + timeout.toSeconds()
                            + " s after its start; what it prints from"
                            + " now on is not shown. Look after it with `kill -0 " + pid + "` when the service is back",
                    "service-stop",
                    true);
        }
        return new Broken("The command's end was not seen: " + error.getMessage(), "lost", false);
    }
}
