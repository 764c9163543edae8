package dev.sandbar.async;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The one subscription to the work on a key, and those who wait for it, in rows: a sink copies the list of its subscribers
 * each time that one comes or leaves, so that none gets more than a few. Whoever removes it from its owner tells everybody.
 */
final class Flight<K, V> extends BaseSubscriber<V> {

    static final int SEATS = 256;

    /** In the work's context: the flight that it belongs to. */
    private static final Object ABOARD = new Object();

    private static final class Row<V> {
        private final Sinks.One<V> sink = Sinks.one();
        private int present;
    }

    private final Set<Row<V>> rows = new LinkedHashSet<>();
    private final SingleFlight<K, V> owner;
    private final K key;
    private final @Nullable Flight<?, ?> outer;
    private Row<V> open = new Row<>();
    private @Nullable Mono<V> outcome;
    private @Nullable V value;

    Flight(SingleFlight<K, V> owner, K key, ContextView caller) {
        this.owner = owner;
        this.key = key;
        this.outer = caller.getOrDefault(ABOARD, null);
        rows.add(open);
    }

    K key() {
        return key;
    }

    /** Whether whoever makes this flight is itself the work on the same key. */
    boolean waitsForItself() {
        for (Flight<?, ?> flight = outer; flight != null; flight = flight.outer) {
            if (flight.owner == owner && flight.key.equals(key)) return true;
        }
        return false;
    }

    void takeOff(Mono<V> work) {
        try {
            work.subscribe(this);
        } catch (Throwable thrown) { // fatal ones too, else everybody would wait for ever
            hookOnError(thrown);
        }
    }

    /** What one more gets, who is counted as present from now on until it cancels. */
    synchronized Mono<V> seat() {
        if (outcome != null) return outcome;
        if (open.present == SEATS) {
            open = new Row<>();
            rows.add(open);
        }
        Row<V> row = open;
        row.present++;
        AtomicBoolean left = new AtomicBoolean();
        return row.sink.asMono().doOnCancel(() -> {
            if (left.compareAndSet(false, true)) vacate(row);
        });
    }

    private synchronized void vacate(Row<V> row) {
        row.present--;
        if (row.present == 0 && row != open) rows.remove(row);
    }

    synchronized int rows() {
        return rows.size();
    }

    /** Cancels the work, unless it has ended. */
    void stop() {
        if (!owner.leave(this)) return;
        cancel();
        fail(new CancellationException(this + " was cancelled: " + owner + " is closed"));
    }

    @Override
    public Context currentContext() {
        return Context.of(ABOARD, this);
    }

    @Override
    protected void hookOnNext(V next) {
        value = next;
    }

    @Override
    protected void hookOnComplete() {
        if (!owner.leave(this)) return;
        V result = value;
        if (result == null) land(Mono.empty(), Sinks.One::tryEmitEmpty);
        else land(Mono.just(result), sink -> sink.tryEmitValue(result));
    }

    @Override
    protected void hookOnError(Throwable error) {
        if (owner.leave(this)) fail(error);
    }

    private void fail(Throwable error) {
        land(Mono.error(error), sink -> sink.tryEmitError(error));
    }

    /** Nobody else emits to these sinks, and each is new: none refuses. */
    private void land(Mono<V> end, Consumer<Sinks.One<V>> tell) {
        List<Row<V>> told;
        synchronized (this) {
            outcome = end;
            told = List.copyOf(rows);
            rows.clear();
        }
        told.forEach(row -> tell.accept(row.sink));
    }

    @Override
    public String toString() {
        return owner + " " + key;
    }
}
