package dev.sandbar.token;

import java.time.Duration;
import java.time.Instant;

/**
 * A token, as it is given to whoever may have it.
 *
 * @param at when it was given; what is left of its life is counted from there
 */
public record Grant(String token, Instant at, Instant expiresAt) {

    /** What is left of its life. */
    public Duration left() {
        return Duration.between(at, expiresAt);
    }

    /** Without the token, which is a secret. */
    @Override
    public String toString() {
        return "access token until " + expiresAt;
    }
}
