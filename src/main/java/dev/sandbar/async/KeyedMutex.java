package dev.sandbar.async;

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
 * which turns it has: that is how waiting for itself is found out, though not through {@link BackgroundTasks}, whose
 * work sees an empty context. <b>Bounds:</b> a key has an entry only while somebody
 * works or waits; waiters are bounded by whoever lets them in, and bring their own deadlines.
 */
public final class KeyedMutex<K> {

    private final Lines<K> lines = new Lines<>();
    private final String name;
    private final Scheduler handOff;
    private final LockOrder order;

    /**
     * @param name for errors; two mutexes of one name count as one where the order of locks is checked
     * @param handOff begins the work of those who waited; the caller's own, to be disposed of after the last use
     */
    public KeyedMutex(String name, Scheduler handOff) {
        this(name, handOff, LockOrder.OF_ALL);
    }

    KeyedMutex(String name, Scheduler handOff, LockOrder order) {
        this.name = name;
        this.handOff = handOff;
        this.order = order;
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
     * <p>Where assertions are on, work that holds one turn and wants another fails when that could ever become a circle
     * of works that wait for each other ({@link LockOrder}).
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
        return lines.size();
    }

    private <T> void join(K key, Mono<T> work, MonoSink<T> sink) {
        Turn<K, T> turn = new Turn<>(this, key, work, sink);
        refuseDeadlocks(turn);
        Turn<K, ?> first = lines.enter(turn);
        sink.onCancel(turn::leave);
        if (first == turn) turn.begin();
        else if (handOff.isDisposed()) handOver(first); // it may have dropped the one that it was given
    }

    private void refuseDeadlocks(Turn<K, ?> turn) {
        if (turn.waitsForItself()) {
            String problem = turn + " would wait for itself";
            assert order.note(problem);
            throw new IllegalStateException(problem);
        }
        assert order.allows(turn);
    }

    /** Lets the next one begin, when the turn that has ended was the first in its line. */
    void release(Turn<K, ?> ended) {
        handOver(lines.takeOut(ended));
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
        Turn<K, ?> next = lines.takeOut(refused);
        refused.tell(refusal);
        return next;
    }

    @Override
    public String toString() {
        return name;
    }
}
