package dev.sandbar.async;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Whatever has arrived from a source since it was last asked for: all at once when much is there, one by one when
 * little is, and never a wait for more. Holds at most its capacity, beyond that the source waits.
 *
 * <p>One taker at a time; the source may emit on any thread.
 */
public final class Batches<T> extends BaseSubscriber<T> {

    private final ArrayDeque<T> arrived;
    private final int capacity;
    private @Nullable Throwable error;
    private boolean ended;
    private Sinks.@Nullable Empty<Void> waiting;

    private Batches(int capacity) {
        this.capacity = capacity;
        this.arrived = new ArrayDeque<>(capacity);
    }

    /**
     * Follows a source by a sequence of publishers, each of which is made from its batches; meant for writers that take
     * up one publisher after the other, each when the one before was written. Lazy; one source subscription for each of
     * its own, cancelled with it. When the source has ended and everything was taken, {@code step} is not called again;
     * publishers that were asked for ahead of need are then empty. An error of the source is emitted by the publisher
     * behind the last batch.
     *
     * @param step turns the batches into the next publisher, for example by {@link #take}
     */
    public static <T, R> Flux<Publisher<R>> each(
            Flux<T> source, int capacity, Function<Batches<T>, ? extends Publisher<R>> step) {
        return Flux.using(
                () -> subscribed(source, capacity),
                batches -> Flux.generate(sink -> {
                    if (batches.over()) {
                        sink.complete();
                    } else {
                        sink.next(Flux.defer(() -> batches.over() ? Mono.empty() : step.apply(batches)));
                    }
                }),
                Batches::dispose);
    }

    static <T> Batches<T> subscribed(Flux<T> source, int capacity) {
        Batches<T> batches = new Batches<>(capacity);
        source.subscribe(batches);
        return batches;
    }

    /** Completes at once when something is there or the source has ended, else as soon as that is so. */
    public synchronized Mono<Void> ready() {
        if (!arrived.isEmpty() || ended) {
            return Mono.empty();
        }
        Sinks.Empty<Void> waiter = Sinks.empty();
        waiting = waiter;
        return waiter.asMono();
    }

    /** Whether nothing is there that could be taken now. */
    public synchronized boolean isEmpty() {
        return arrived.isEmpty();
    }

    /** All that is there, maybe nothing; the source's error once nothing else is left. */
    public List<T> take() {
        return take(value -> 0, 1);
    }

    /** As {@link #take()}, but nothing more once so much weight (at least 1) is taken; the last piece may exceed it. */
    public List<T> take(ToLongFunction<T> weight, long enough) {
        List<T> batch = new ArrayList<>();
        Throwable failure;
        synchronized (this) {
            long sum = 0;
            while (!arrived.isEmpty() && sum < enough) {
                T next = arrived.remove();
                sum += weight.applyAsLong(next);
                batch.add(next);
            }
            failure = batch.isEmpty() ? error : null;
            error = batch.isEmpty() ? null : error;
        }
        if (failure != null) throw reactor.core.Exceptions.propagate(failure);
        if (!batch.isEmpty()) request(batch.size());
        return batch;
    }

    /** Lets a wait by {@link #ready} end though nothing is there. */
    public void nudge() {
        Sinks.Empty<Void> waiter;
        synchronized (this) {
            waiter = waiting;
            waiting = null;
        }
        wake(waiter);
    }

    /** Cancels the source, as if it had ended; what is there can still be taken. */
    public void finish() {
        dispose();
        end(null);
    }

    private synchronized boolean over() {
        return ended && arrived.isEmpty() && error == null;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(capacity);
    }

    @Override
    protected void hookOnNext(T value) {
        Sinks.Empty<Void> waiter;
        synchronized (this) {
            arrived.add(value);
            waiter = waiting;
            waiting = null;
        }
        wake(waiter);
    }

    @Override
    protected void hookOnComplete() {
        end(null);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        end(failure);
    }

    private void end(@Nullable Throwable failure) {
        Sinks.Empty<Void> waiter;
        synchronized (this) {
            if (ended) return;
            ended = true;
            error = failure;
            waiter = waiting;
            waiting = null;
        }
        wake(waiter);
    }

    private static void wake(Sinks.@Nullable Empty<Void> waiter) {
        if (waiter != null) waiter.tryEmitEmpty();
    }
}
