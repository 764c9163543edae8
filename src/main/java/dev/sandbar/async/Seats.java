package dev.sandbar.async;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Those who wait for the outcome of one flight, in rows with a sink each: a sink copies the list of its subscribers each
 * time that one comes or leaves, so that none gets more than a few. Thread-safe.
 */
final class Seats<V> {

    static final int ROW = 256;

    private static final class Row<V> {
        private final Sinks.One<V> sink = Sinks.one();
        private int present;
    }

    private final Set<Row<V>> rows = new LinkedHashSet<>();
    private Row<V> open = new Row<>();
    private @Nullable Mono<V> outcome;

    Seats() {
        rows.add(open);
    }

    /** What one more gets, who is counted as present from now on until it cancels. */
    synchronized Mono<V> take() {
        if (outcome != null) return outcome;
        if (open.present == ROW) {
            open = new Row<>();
            rows.add(open);
        }
        Row<V> row = open;
        row.present++;
        return new Seat<>(row.sink.asMono(), () -> vacate(row));
    }

    private synchronized void vacate(Row<V> row) {
        row.present--;
        if (row.present == 0 && row != open) rows.remove(row);
    }

    synchronized int rows() {
        return rows.size();
    }

    /**
     * Tells everybody, in the order in which they came, without a lock. Called once, so that no sink refuses.
     *
     * @param end for those who come later
     */
    void tell(Mono<V> end, Consumer<Sinks.One<V>> emit) {
        land(end).forEach(row -> emit.accept(row.sink));
    }

    private synchronized List<Row<V>> land(Mono<V> end) {
        outcome = end;
        List<Row<V>> told = List.copyOf(rows);
        rows.clear();
        return told;
    }
}
