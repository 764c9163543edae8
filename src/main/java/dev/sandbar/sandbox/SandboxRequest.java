package dev.sandbar.sandbox;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox that somebody wants.
 *
 * @param timeout after which it expires, counted from its start; more than zero
 * @param limits its ceilings; null for the usual ones
 */
public record SandboxRequest(
        String owner,
        String template,
        Duration timeout,
        Map<String, String> environment,
        Map<String, String> metadata,
        @Nullable Limits limits) {

    public SandboxRequest {
        environment = Map.copyOf(environment);
        metadata = Map.copyOf(metadata);
    }

    /** With the usual ceilings. */
    public SandboxRequest(
            String owner,
            String template,
            Duration timeout,
            Map<String, String> environment,
            Map<String, String> metadata) {
        this(owner, template, timeout, environment, metadata, null);
    }
}
