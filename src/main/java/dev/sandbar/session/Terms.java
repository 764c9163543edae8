package dev.sandbar.session;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session was opened with; never changes.
 *
 * @param key by which its owner finds it again while it lives; null for none
 * @param template what its sandboxes are made from
 * @param environment variables of every command in it; may hold secrets
 * @param idleTimeout after which without use its sandbox ends
 * @param endAt when it ends for good; null for no such time
 */
public record Terms(
        @Nullable String key,
        String template,
        Map<String, String> environment,
        Duration idleTimeout,
        Instant createdAt,
        @Nullable Instant endAt) {

    /** Times are cut to what their text says: milliseconds. */
    public Terms {
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
        endAt = endAt == null ? null : endAt.truncatedTo(ChronoUnit.MILLIS);
        environment = Map.copyOf(environment);
    }

    Terms withoutSecrets() {
        return new Terms(key, template, Map.of(), idleTimeout, createdAt, endAt);
    }

    /** Without the environment. */
    @Override
    public String toString() {
        return "Terms[" + key + ", " + template + "]";
    }
}
