package dev.sandbar.sandbox;

import dev.sandbar.runtime.RuntimeCapabilities;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox is to become, and the event that tells of it.
 *
 * @param event type of the event, null where the step isn't told
 * @param data what the event says
 */
record Next(Sandbox sandbox, @Nullable String event, Map<String, ?> data) {

    /** The terminal event of a sandbox's stream. */
    static final String ENDED = "sandbox.ended";

    static Next created(Sandbox sandbox) {
        Map<String, String> data = Map.of(
                "sandboxID", sandbox.id(), "templateID", sandbox.template(), "network", RuntimeCapabilities.NETWORK);
        return new Next(sandbox, "sandbox.created", data);
    }

    static Next running(Sandbox sandbox) {
        return new Next(sandbox, "sandbox.running", until(sandbox));
    }

    static Next renewed(Sandbox sandbox) {
        return new Next(sandbox, "sandbox.renewed", until(sandbox));
    }

    static Next reworded(Sandbox sandbox) {
        return new Next(sandbox, "sandbox.metadata", Map.of("sandboxID", sandbox.id(), "metadata", sandbox.metadata()));
    }

    static Next ending(Sandbox sandbox) {
        return new Next(sandbox, null, Map.of());
    }

    static Next ended(Sandbox sandbox, Instant at) {
        EndCause cause = sandbox.cause() == null ? EndCause.KILLED : sandbox.cause();
        Map<String, String> data = Map.of("sandboxID", sandbox.id(), "cause", cause.wireName());
        return new Next(sandbox.ended(at), ENDED, data);
    }

    private static Map<String, String> until(Sandbox sandbox) {
        return Map.of("sandboxID", sandbox.id(), "endAt", Times.wire(sandbox.endAt()));
    }
}
