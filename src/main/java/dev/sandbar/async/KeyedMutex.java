package dev.sandbar.async;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * One piece of work at a time for each key, first come, first served; different keys don't wait for each other. Nobody
 * blocks: who waits is a subscription.
 *
 * <p><b>Threads:</b> thread-safe. Work whose turn it is at once begins on its subscriber's thread, work that waited on the
 * scheduler that was given, so that a long line is no deep stack. <b>Context:</b> work sees its subscriber's, and in it
 * which turns it has: that is how waiting for itself is found out. <b>Bounds:</b> a key has an entry only while somebody
 * works or waits; waiters are bounded by whoever lets them in, and bring their own deadlines.
 */
public final class KeyedMutex<K> {

    private final Map<K, Set<Turn<K, ?>>> lines = new HashMap<>();
    private final String name;
    private final Scheduler handOff;

    /**
     * @param name for errors; two mutexes of one name count as one where the order of locks is checked
     * @param handOff begins the work of those who waited; the caller's own, to be disposed of after the last use
     */
    public KeyedMutex(String name, Scheduler handOff) {
        this.name = name;
        this.handOff = handOff;
    }

    /**
     * The work, begun when nobody who came before works on or waits for this key. Lazy: its place in the line is that of
     * the subscription, and each subscription has its own.
     *
     * <p>The turn ends before anybody is told of the work's end. Cancelling while waiting leaves the line, in which
     * nobody else changes places; cancelling the work cancels it, and ends the turn when that has returned (and the
     * subscribing to it, where that is still going on). What the work cleans up asynchronously when cancelled isn't
     * waited for: whoever needs that lets the work be owned by {@link BackgroundTasks}.
     *
     * @return what the work gives; {@link IllegalStateException} when the same work has this key's turn already, since it
     *     would wait for itself; {@link RejectedExecutionException} when the scheduler refuses or was disposed of and
     *     the work was therefore never begun
     */
    public <T> Mono<T> inTurn(K key, Mono<T> work) {
        return Mono.create(sink -> join(key, work, sink));
    }

    /** For how many keys somebody works or waits now. */
    public int keys() {
        synchronized (lines) {
            return lines.size();
        }
    }

    private <T> void join(K key, Mono<T> work, MonoSink<T> sink) {
        Turn<K, T> turn = new Turn<>(this, key, work, sink);
        if (turn.waitsForItself()) throw new IllegalStateException(turn + " would wait for itself");
        Turn<K, ?> first = enter(turn);
        sink.onCancel(turn::leave);
        if (first == turn) turn.begin();
        else if (handOff.isDisposed()) handOver(first); // it may have dropped the one that it was given
    }

    /** Lets the next one begin, when the turn that has ended was the first in its line. */
    void release(Turn<K, ?> ended) {
        handOver(takeOut(ended));
    }

    private void handOver(@Nullable Turn<K, ?> next) {
        while (next != null) {
            try {
                handOff.schedule(next::begin);
                return;
            } catch (RejectedExecutionException refusal) {
                next = refuse(next, refusal);
            }
        }
    }

    private @Nullable Turn<K, ?> refuse(Turn<K, ?> refused, RejectedExecutionException refusal) {
        if (!refused.giveUp()) return null;
        Turn<K, ?> next = takeOut(refused);
        refused.tell(refusal);
        return next;
    }

    /** Who is the first in the line then. */
    private Turn<K, ?> enter(Turn<K, ?> turn) {
        synchronized (lines) {
            Set<Turn<K, ?>> line = lines.computeIfAbsent(turn.key(), key -> new LinkedHashSet<>());
            line.add(turn);
            return line.iterator().next();
        }
    }

    /** Who has come to be the first in the line by that. */
    private @Nullable Turn<K, ?> takeOut(Turn<K, ?> turn) {
        synchronized (lines) {
            Set<Turn<K, ?>> line = Objects.requireNonNull(lines.get(turn.key()));
            boolean first = line.iterator().next() == turn;
            line.remove(turn);
            if (line.isEmpty()) lines.remove(turn.key());
            return first && !line.isEmpty() ? line.iterator().next() : null;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
