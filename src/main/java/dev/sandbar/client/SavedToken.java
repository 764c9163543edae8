package dev.sandbar.client;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is kept between runs; times in microseconds by this machine's clock. Its text form leaves the secret out.
 *
 * @param issuedAt also its version: of two tokens of a sandbox the later one is kept
 */
record SavedToken(
        String token,
        @Nullable URI gatewayUrl,
        long issuedAt,
        long expiresAt,
        @Nullable Boolean gpu) {

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    @Override
    public String toString() {
        return "SavedToken[" + issuedAt + " to " + expiresAt + "]";
    }
}
