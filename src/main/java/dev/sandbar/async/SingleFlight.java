package dev.sandbar.async;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One piece of work for all who want the same thing at the same time, such as a token that thousands of callers lack.
 * Keeps no results: who comes after the end begins anew. All get the same value, so it is one that may be shared and
 * needs no release.
 *
 * <p><b>Threads:</b> thread-safe, nothing blocks. Work is subscribed to on the thread of the first who joins; its outcome
 * goes to everybody on the thread on which it ended, so that callers with much to do move to a scheduler of their own.
 * <b>Context:</b> work sees an empty Reactor context, but for a mark by which waiting for itself is found out; never
 * that of its first caller. <b>Bounds:</b> at most {@code most} keys at once; work has a deadline; joining costs the
 * same for the ten-thousandth as for the first; those who leave are forgotten at once.
 */
public final class SingleFlight<K, V> implements AutoCloseable {

    private final Map<K, Flight<K, V>> flights = new HashMap<>();
    private final String name;
    private final Duration limit;
    private final int most;
    private final Scheduler timer;
    private boolean closed;

    /**
     * @param name for errors
     * @param limit after which work is cancelled and has failed with a {@link TimeoutException}
     * @param most how many keys may be worked on at once
     * @param timer measures the limit; the caller's own
     */
    public SingleFlight(String name, Duration limit, int most, Scheduler timer) {
        if (most < 1) throw new IllegalArgumentException("most must be at least 1, not " + most);
        this.name = name;
        this.limit = limit;
        this.most = most;
        this.timer = timer;
    }

    /**
     * The outcome of the work on this key that is going on, or else of {@code load}, which is then begun. Lazy: joins when
     * it is subscribed to, each time anew.
     *
     * <p>Cancelling (a time-out behind this too) takes out this subscriber only, also the one who came first; the work
     * goes on to its end even when nobody is left. The key is free again before anybody is told of the outcome. What a
     * subscriber throws while it is told keeps none of the others from being told.
     *
     * @param load called once when nobody works on this key, else never
     * @return the work's value, emptiness or original error; {@link TimeoutException} when it took too long, as do two
     *     works that came to wait for each other; {@link CancellationException} when this was closed meanwhile; {@link
     *     RejectedExecutionException} when this is closed or too many keys are worked on (nothing is begun then); {@link
     *     IllegalStateException} when the work on this key, or work that it began and waits for, joins it
     */
    public Mono<V> join(K key, Supplier<? extends Mono<V>> load) {
        return Mono.deferContextual(caller -> board(key, load, Flight.around(caller)));
    }

    private Mono<V> board(K key, Supplier<? extends Mono<V>> load, @Nullable Flight<?, ?> outer) {
        Flight<K, V> flight = find(key);
        if (flight == null) {
            Flight<K, V> mine = new Flight<>(this, key, outer);
            flight = enter(mine);
            if (flight == mine) return mine.takeOff(load, limit, timer);
        }
        if (flight.isAround(outer)) throw new IllegalStateException(flight + " would wait for itself");
        return flight.seat();
    }

    private synchronized @Nullable Flight<K, V> find(K key) {
        if (closed) throw new RejectedExecutionException(name + " is closed");
        return flights.get(key);
    }

    /** The given flight, or the one that was on its key before. */
    private synchronized Flight<K, V> enter(Flight<K, V> mine) {
        Flight<K, V> there = find(mine.key());
        if (there != null) return there;
        if (flights.size() >= most) throw new RejectedExecutionException(name + " already works on " + most + " keys");
        flights.put(mine.key(), mine);
        return mine;
    }

    /** Decides who ends a flight: true for exactly one of all those that try. */
    synchronized boolean leave(Flight<K, V> flight) {
        return flights.remove(flight.key(), flight);
    }

    /** How many keys are worked on now. */
    public synchronized int flights() {
        return flights.size();
    }

    private synchronized List<Flight<K, V>> shut() {
        closed = true;
        return List.copyOf(flights.values());
    }

    /** Refuses further work, cancels what goes on, and fails those who wait with a {@link CancellationException}. */
    @Override
    public void close() {
        shut().forEach(Flight::stop);
    }

    @Override
    public String toString() {
        return name;
    }
}
