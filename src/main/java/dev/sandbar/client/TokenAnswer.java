package dev.sandbar.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a server has said when it was asked for a token. Immutable; its text form leaves the secret out.
 *
 * @param token the secret
 * @param gatewayUrl where the sandbox is reached; null for the server that was asked
 * @param expiresAt by the server's clock; null where it was missing or unreadable
 * @param expiresIn how long it lives from {@code serverTime} on; null where it was missing or unreadable
 * @param serverTime the server's clock when it answered; null where it didn't say
 * @param gpu whether the sandbox has a GPU; null where the server didn't say
 */
public record TokenAnswer(
        String token,
        @Nullable URI gatewayUrl,
        @Nullable Instant expiresAt,
        @Nullable Duration expiresIn,
        @Nullable Instant serverTime,
        @Nullable Boolean gpu) {

    @Override
    public String toString() {
        return "TokenAnswer[expiresAt=" + expiresAt + ", expiresIn=" + expiresIn + ", gpu=" + gpu + "]";
    }
}
