package dev.sandbar.session.tool;

import dev.sandbar.command.Cause;
import dev.sandbar.command.CommandEvent.Ended;
import dev.sandbar.runtime.AgentException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an AI is told about a command's end. */
final class BashEnds {

    private BashEnds() {}

    /** Null where all went well. */
    static @Nullable String error(Ended ended, Duration timeout) {
        if (ended.cause() == Cause.EXITED && Integer.valueOf(0).equals(ended.exitCode())) return null;
        return switch (ended.cause()) {
            case TIMEOUT -> "Timeout after " + timeout.toSeconds() + "s";
            case EXITED -> how(ended);
            case MEMORY -> how(ended) + ": the sandbox's memory was used up and the kernel killed a process";
            case PIDS -> how(ended) + ": the sandbox had as many processes as it may have";
            case DISK -> how(ended) + ": a file was larger than files may be here";
            case CLIENT -> how(ended) + ": somebody ended it from outside";
            case SANDBOX_KILLED, SANDBOX_EXPIRED, HOST_RESTART -> withSandbox(ended.cause());
            case LOST -> "The sandbox doesn't know the command any more: how it ended is not known";
        };
    }

    /** The cut call says what became of it; what is new about the next sandbox is said by the first call in that one. */
    static String withSandbox(Cause cause) {
        return "The sandbox ended while the command ran (" + cause.wireName()
                + "), and with it its files and processes";
    }

    private static String how(Ended ended) {
        if (ended.exitCode() != null) return "Exit code " + ended.exitCode();
        return ended.signal() == null ? "Its end is not known" : "Killed by signal " + ended.signal();
    }

    /** Why it could not be started. */
    static ToolFailure refused(AgentException refusal, BashCall call) {
        return new ToolFailure(
                switch (refusal.code()) {
                    case NO_WORKING_DIRECTORY -> "No such directory: " + call.directory();
                    case NOT_PERMITTED -> "The directory can't be entered: " + call.directory();
                    case EXHAUSTED -> "The sandbox has no room for another process: wait until some have ended";
                    default -> "The command can't be started: " + refusal.getMessage();
                });
    }
}
