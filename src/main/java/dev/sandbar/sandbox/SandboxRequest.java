package dev.sandbar.sandbox;

import java.time.Duration;
import java.util.Map;

/**
 * A sandbox that somebody wants.
 *
 * @param timeout after which it expires, counted from its start; more than zero
 */
public record SandboxRequest(
        String owner,
        String template,
        Duration timeout,
        Map<String, String> environment,
        Map<String, String> metadata) {

    public SandboxRequest {
        environment = Map.copyOf(environment);
        metadata = Map.copyOf(metadata);
    }
}
