package dev.sandbar.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measured values of one kind; thread-safe. */
final class Samples {

    private final List<Double> values = Collections.synchronizedList(new ArrayList<>());

    void add(double value) {
        values.add(value);
    }

    /** Adds the milliseconds since a moment of {@link System#nanoTime}. */
    void addMillisSince(long start) {
        add((System.nanoTime() - start) / 1e6);
    }

    double p50() {
        return percentile(0.50);
    }

    double p95() {
        return percentile(0.95);
    }

    /** By nearest rank. */
    double percentile(double part) {
        List<Double> sorted = new ArrayList<>(values);
        if (sorted.isEmpty()) throw new IllegalStateException("nothing was measured");
        Collections.sort(sorted);
        return sorted.get(Math.max(0, (int) Math.ceil(part * sorted.size()) - 1));
    }
}
