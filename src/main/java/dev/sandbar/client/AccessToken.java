package dev.sandbar.client;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What opens one sandbox to its client. Immutable; its text form leaves the secret out.
 *
 * @param sandboxId which sandbox
 * @param value the secret
 * @param gatewayUrl where the sandbox is reached; null for the server that issued the token
 * @param expiresAt by this machine's clock; null where it isn't known
 */
public record AccessToken(
        String sandboxId,
        String value,
        @Nullable URI gatewayUrl,
        @Nullable Instant expiresAt) {

    @Override
    public String toString() {
        return "AccessToken[" + sandboxId + ", expiresAt=" + expiresAt + "]";
    }
}
