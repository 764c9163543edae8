package dev.sandbar.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command as its server describes it. With E2B's protocol only running ones are known, by id, program, arguments and pid.
 *
 * @param id empty where it was started without one
 * @param state {@code starting}, {@code running}, {@code exited}, {@code signalled} or {@code failed}
 * @param pid in the sandbox; null where it isn't known
 * @param end how it ended; null while it runs
 * @param stdoutBytes how many it wrote so far
 * @param stderrBytes how many it wrote so far
 */
public record CommandInfo(
        String id,
        String program,
        List<String> arguments,
        String state,
        @Nullable Long pid,
        CommandOutput.@Nullable End end,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long stdoutBytes,
        long stderrBytes) {

    /** The arguments may be secrets. */
    @Override
    public String toString() {
        return "CommandInfo[" + id + ", " + program + ", " + state + "]";
    }
}
