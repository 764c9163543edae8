package dev.sandbar.token;

import java.time.Duration;

/**
 * Bounds of short-lived access tokens.
 *
 * @param life from a token's issue to its expiry: 10 s to {@link #LONGEST_LIFE}
 * @param keyAge after which another key signs: at least an hour
 * @param perSandbox how many new tokens a second, and at once, are issued for one sandbox
 * @param perOwner the same for all sandboxes of one owner
 */
public record TokenSettings(Duration life, Duration keyAge, int perSandbox, int perOwner) {

    public static final Duration LONGEST_LIFE = Duration.ofHours(24);
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_AGE = Duration.ofHours(1);
    private static final Duration MOST_MARGIN = Duration.ofSeconds(60);
    private static final int SHARE = 5;

    /** Half an hour; behind the bounds that it is checked by. */
    public static final TokenSettings DEFAULT = new TokenSettings(Duration.ofMinutes(30), Duration.ofDays(30), 50, 500);

    public TokenSettings {
        if (life.compareTo(SHORTEST_LIFE) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("sandbar.tokens.life must be from 10s to 24h, not " + life);
        }
        if (keyAge.compareTo(SHORTEST_AGE) < 0) {
            throw new IllegalArgumentException("sandbar.tokens.key-age must be at least 1h, not " + keyAge);
        }
        if (perSandbox < 1 || perOwner < 1) {
            throw new IllegalArgumentException(
                    "sandbar.tokens.per-sandbox and sandbar.tokens.per-owner must be at least 1");
        }
    }

    /** How long before its expiry a token is no longer given to whoever asks: a fifth of its life, at most a minute. */
    Duration margin() {
        Duration share = life.dividedBy(SHARE);
        return share.compareTo(MOST_MARGIN) < 0 ? share : MOST_MARGIN;
    }
}
