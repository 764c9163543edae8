package dev.sandbar.session;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session that somebody wants.
 *
 * @param key by which the owner's live session is found instead, if there is one; null for a new one in any case
 * @param template what its sandboxes are made from
 * @param hardware what is wanted beside the default, which is made in any case; null for nothing else
 * @param idleTimeout after which without use its sandbox ends; null for the usual one
 * @param lifetime after which it ends for good; null for never
 */
public record SessionRequest(
        String owner,
        @Nullable String key,
        @Nullable String title,
        String template,
        @Nullable String hardware,
        Map<String, String> metadata,
        Map<String, String> environment,
        @Nullable Duration idleTimeout,
        @Nullable Duration lifetime) {

    public SessionRequest {
        metadata = Map.copyOf(metadata);
        environment = Map.copyOf(environment);
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "SessionRequest[" + owner + ", " + key + "]";
    }
}
