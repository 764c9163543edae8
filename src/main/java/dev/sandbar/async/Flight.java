package dev.sandbar.async;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** The one subscription to the work on a key. Whoever removes it from its owner tells everybody who waits for it. */
final class Flight<K, V> extends BaseSubscriber<V> {

    /** In the work's context: the flight that it belongs to. */
    private static final Object ABOARD = new Object();

    private final Seats<V> seats = new Seats<>();
    private final SingleFlight<K, V> owner;
    private final K key;
    private final @Nullable Flight<?, ?> outer;
    private @Nullable V value;

    /** @param outer the flight whose work begins this one */
    Flight(SingleFlight<K, V> owner, K key, @Nullable Flight<?, ?> outer) {
        this.owner = owner;
        this.key = key;
        this.outer = outer;
    }

    K key() {
        return key;
    }

    /** The flight as whose work a subscriber with this context acts. */
    static @Nullable Flight<?, ?> around(ContextView caller) {
        return caller.getOrDefault(ABOARD, null);
    }

    /** Whether the other one is this, or was begun by the work of this, or by what that has begun. */
    boolean isAround(@Nullable Flight<?, ?> other) {
        Flight<?, ?> flight = other;
        while (flight != null && flight != this) flight = flight.outer;
        return flight != null;
    }

    /** Begins the work, with a first seat. */
    Mono<V> takeOff(Supplier<? extends Mono<V>> load, Duration limit, Scheduler timer) {
        Mono<V> first = seats.take();
        try {
            Mono<V> late = Mono.error(() -> new TimeoutException(this + " was not there within " + limit));
            Mono.<V>defer(load).timeout(limit, late, timer).subscribe(this);
        } catch (Throwable thrown) { // fatal ones too, else everybody would wait for ever
            cancel();
            hookOnError(thrown);
        }
        return first;
    }

    Mono<V> seat() {
        return seats.take();
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
        if (result == null) seats.tell(Mono.empty(), Sinks.One::tryEmitEmpty);
        else seats.tell(Mono.just(result), sink -> sink.tryEmitValue(result));
    }

    @Override
    protected void hookOnError(Throwable error) {
        if (owner.leave(this)) fail(error);
    }

    private void fail(Throwable error) {
        seats.tell(Mono.error(error), sink -> sink.tryEmitError(error));
    }

    @Override
    public String toString() {
        return owner + " " + key;
    }
}
