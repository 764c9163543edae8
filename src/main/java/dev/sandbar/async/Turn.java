package dev.sandbar.async;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/**
 * One piece of work's place in the line of its key, and the subscription to it when it is its turn. Exactly one of all
 * who try to end it succeeds, and gives up its place.
 */
final class Turn<K, T> extends BaseSubscriber<T> {

    /** In the subscriber's context: the newest of the turns that it has. */
    private static final Object HELD = new Object();

    /** Only ever moves down; LEAVING: the cancel and the subscribing go on, PARTED: one of both is left. */
    private enum State {
        WAITING,
        BEGINNING,
        WORKING,
        LEAVING,
        PARTED,
        ENDED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final KeyedMutex<K> mutex;
    private final K key;
    private final Mono<T> work;
    private final MonoSink<T> sink;
    private final Context context;
    private final @Nullable Turn<?, ?> outer;
    private @Nullable T value;

    Turn(KeyedMutex<K> mutex, K key, Mono<T> work, MonoSink<T> sink) {
        this.mutex = mutex;
        this.key = key;
        this.work = work;
        this.sink = sink;
        this.outer = sink.contextView().getOrDefault(HELD, null);
        this.context = Context.of(sink.contextView()).put(HELD, this);
    }

    K key() {
        return key;
    }

    /** Whether its subscriber works in a turn of the same mutex and key. */
    boolean waitsForItself() {
        for (Turn<?, ?> held = outer; held != null; held = held.outer) {
            if (held.mutex == mutex && key.equals(held.key) && held.state.get() != State.ENDED) return true;
        }
        return false;
    }

    /** Subscribes to the work, unless it was given up. */
    void begin() {
        if (!move(State.WAITING, State.BEGINNING)) return;
        try {
            work.subscribe(this);
        } catch (Throwable thrown) { // fatal ones too, else nobody else would ever have a turn
            hookOnError(thrown);
        }
        if (!move(State.BEGINNING, State.WORKING)) part();
    }

    /** For a subscriber that cancels. */
    void leave() {
        if (giveUp()) {
            mutex.release(this);
        } else if (move(State.BEGINNING, State.LEAVING) || move(State.WORKING, State.PARTED)) {
            cancel();
            part();
        }
    }

    /** True when it had not begun and now never will; who called then takes it out of the line. */
    boolean giveUp() {
        return move(State.WAITING, State.ENDED);
    }

    /** Fails its subscriber, without having had a turn. */
    void tell(Throwable refusal) {
        sink.error(refusal);
    }

    /** The cancel has returned, or the subscribing has: the later of both ends the turn. */
    private void part() {
        if (!move(State.LEAVING, State.PARTED) && move(State.PARTED, State.ENDED)) mutex.release(this);
    }

    private boolean finish() {
        boolean mine = move(State.BEGINNING, State.ENDED) || move(State.WORKING, State.ENDED);
        if (mine) mutex.release(this);
        return mine;
    }

    private boolean move(State from, State to) {
        return state.compareAndSet(from, to);
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    protected void hookOnNext(T next) {
        value = next;
    }

    @Override
    protected void hookOnComplete() {
        if (finish()) sink.success(value);
    }

    @Override
    protected void hookOnError(Throwable error) {
        if (finish()) sink.error(error);
    }

    @Override
    public String toString() {
        return mutex + " " + key;
    }
}
