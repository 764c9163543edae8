package dev.sandbar.client;

import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a token cache does; cheap where many threads count at once. */
final class TokenCounters {

    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder led = new LongAdder();
    final LongAdder remembered = new LongAdder();
    final LongAdder refreshes = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder invalidations = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder saves = new LongAdder();
    final LongAdder saveFailures = new LongAdder();
    final LongAdder setAside = new LongAdder();
    private final LongAdder refreshNanos = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

    void refreshed(long nanos) {
        refreshNanos.add(nanos);
        longest.accumulate(nanos);
    }

    TokenCacheMetrics snapshot(long entries) {
        long others = remembered.sum() + led.sum();
        long missed = misses.sum();
        return new TokenCacheMetrics(
                hits.sum(),
                missed,
                Math.max(0, missed - others),
                remembered.sum(),
                refreshes.sum(),
                failures.sum(),
                invalidations.sum(),
                evictions.sum(),
                Duration.ofNanos(refreshNanos.sum()),
                Duration.ofNanos(longest.get()),
                entries,
                saves.sum(),
                saveFailures.sum(),
                setAside.sum());
    }
}
