package dev.sandbar.sandbox;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Instant;
import java.util.Map;

/**
 * One sandbox, as it is at one moment.
 *
 * @param id matches {@code [a-z0-9]+}
 * @param owner whose API key made it
 * @param incarnation number of this life of the sandbox; a late callback names the one that it means
 * @param template what it was made from
 * @param environment variables that every command in it gets
 * @param metadata the owner's words about it
 * @param endAt when it expires
 */
public record Sandbox(
        String id,
        String owner,
        long incarnation,
        SandboxState state,
        String template,
        Limits limits,
        Map<String, String> environment,
        Map<String, String> metadata,
        Instant startedAt,
        Instant endAt) {

    public Sandbox {
        environment = Map.copyOf(environment);
        metadata = Map.copyOf(metadata);
    }

    /** Whether calls into it are answered. */
    public boolean running() {
        return state == SandboxState.RUNNING;
    }

    Sandbox withState(SandboxState next) {
        if (!state.allows(next)) {
            throw new IllegalStateException("sandbox " + id + " can't go from " + state + " to " + next);
        }
        return new Sandbox(id, owner, incarnation, next, template, limits, environment, metadata, startedAt, endAt);
    }

    Sandbox started(Instant at) {
        return new Sandbox(id, owner, incarnation, state, template, limits, environment, metadata, at, endAt);
    }

    Sandbox withEndAt(Instant end) {
        return new Sandbox(id, owner, incarnation, state, template, limits, environment, metadata, startedAt, end);
    }
}
