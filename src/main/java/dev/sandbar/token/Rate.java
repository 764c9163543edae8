package dev.sandbar.token;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * So many a second for each key, as many at once: a bucket that holds one second's worth. Kept is when each bucket will
 * be full again; one that is full isn't kept. Times in nanoseconds of any clock; one that is set back fills the buckets.
 * Not thread-safe.
 */
final class Rate {

    static final int MOST_KEYS = 10_000;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Map<String, Long> full = new HashMap<>();
    private final long each;

    Rate(int perSecond) {
        this.each = SECOND / perSecond;
    }

    /** How long until this key may take one: 0 for now. */
    long waitFor(String key, long now) {
        if (!full.containsKey(key) && full.size() >= MOST_KEYS) {
            sweep(now);
            if (full.size() >= MOST_KEYS) return SECOND;
        }
        return Math.max(0, fullAt(key, now) + each - now - SECOND);
    }

    /** Takes one, whether there is one or not. */
    void take(String key, long now) {
        full.put(key, fullAt(key, now) + each);
    }

    private long fullAt(String key, long now) {
        long at = full.getOrDefault(key, now);
        return at > now + SECOND ? now : Math.max(at, now);
    }

    void sweep(long now) {
        full.values().removeIf(at -> at <= now || at > now + SECOND);
    }

    int keys() {
        return full.size();
    }
}
