package dev.sandbar.sandbox;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox, as it is at one moment.
 *
 * @param id matches {@code [a-z0-9]+}
 * @param owner whose API key made it
 * @param incarnation number of this life of the sandbox; a late callback names the one that it means
 * @param handle what the runtime wants to be told when it takes the sandbox up again
 * @param cause why it ends or has ended; null before
 * @param template what it was made from
 * @param environment variables that every command in it gets
 * @param metadata the owner's words about it
 * @param startedAt when it began to run; before, when it was asked for
 * @param endAt when it expires
 * @param endedAt when its end was verified; null before
 */
public record Sandbox(
        String id,
        String owner,
        long incarnation,
        String handle,
        SandboxState state,
        @Nullable EndCause cause,
        String template,
        Limits limits,
        Map<String, String> environment,
        Map<String, String> metadata,
        Instant startedAt,
        Instant endAt,
        @Nullable Instant endedAt) {

    /** Times are cut to what their text says: milliseconds. */
    public Sandbox {
        startedAt = startedAt.truncatedTo(ChronoUnit.MILLIS);
        endAt = endAt.truncatedTo(ChronoUnit.MILLIS);
        endedAt = endedAt == null ? null : endedAt.truncatedTo(ChronoUnit.MILLIS);
        environment = Map.copyOf(environment);
        metadata = Map.copyOf(metadata);
    }

    /** Whether calls into it are answered. */
    public boolean running() {
        return state == SandboxState.RUNNING;
    }

    Sandbox started(Instant at, Instant end) {
        return step(SandboxState.RUNNING, null, at, end, null);
    }

    Sandbox withEndAt(Instant end) {
        return new Sandbox(
                id,
                owner,
                incarnation,
                handle,
                state,
                cause,
                template,
                limits,
                environment,
                metadata,
                startedAt,
                end,
                endedAt);
    }

    Sandbox withMetadata(Map<String, String> words) {
        return new Sandbox(
                id,
                owner,
                incarnation,
                handle,
                state,
                cause,
                template,
                limits,
                environment,
                words,
                startedAt,
                endAt,
                endedAt);
    }

    Sandbox ending(EndCause why) {
        return step(SandboxState.KILLING, why, startedAt, endAt, null);
    }

    Sandbox ended(Instant at) {
        return step(SandboxState.GONE, cause, startedAt, endAt, at);
    }

    private Sandbox step(
            SandboxState next, @Nullable EndCause why, Instant started, Instant end, @Nullable Instant ended) {
        if (!state.allows(next)) {
            throw new IllegalStateException("sandbox " + id + " can't go from " + state + " to " + next);
        }
        return new Sandbox(
                id,
                owner,
                incarnation,
                handle,
                next,
                why,
                template,
                limits,
                next == SandboxState.GONE ? Map.of() : environment,
                metadata,
                started,
                end,
                ended);
    }
}
