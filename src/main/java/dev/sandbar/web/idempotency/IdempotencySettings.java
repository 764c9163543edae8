package dev.sandbar.web.idempotency;

import java.time.Duration;

/**
 * Settings of keys.
 *
 * @param retention how long a key is remembered after its request was answered
 * @param mostPerOwner how many keys of one owner are remembered
 * @param most the same of all
 * @param atOnce how many requests with different keys may be worked on at once
 * @param limit after which work with a key is given up
 */
public record IdempotencySettings(Duration retention, int mostPerOwner, int most, int atOnce, Duration limit) {

    public static final IdempotencySettings DEFAULT =
            new IdempotencySettings(Duration.ofHours(24), 100_000, 200_000, 10_000, Duration.ofHours(1));

    public IdempotencySettings {
        if (mostPerOwner < 1 || most < 1 || atOnce < 1) {
            throw new IllegalArgumentException("sandbar.idempotency: at least 1 key must be allowed");
        }
    }
}
