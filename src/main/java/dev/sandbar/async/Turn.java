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

    private final AtomicReference<TurnState> state = new AtomicReference<>(TurnState.WAITING);
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

    String mutexName() {
        return mutex.toString();
    }

    /** The newest turn that its subscriber has. A context may be kept for longer than the turns that it names. */
    @Nullable Turn<?, ?> outer() {
        Turn<?, ?> held = outer;
        while (held != null && held.state.get() == TurnState.ENDED) held = held.outer;
        return held;
    }

    /** Whether its subscriber works in a turn of the same mutex and key. */
    boolean waitsForItself() {
        for (Turn<?, ?> held = outer(); held != null; held = held.outer()) {
            if (held.mutex == mutex && key.equals(held.key)) return true;
        }
        return false;
    }

    /** Subscribes to the work, unless it was given up. */
    void begin() {
        if (!move(TurnState.WAITING, TurnState.BEGINNING)) return;
        try {
            work.subscribe(this);
        } catch (Throwable thrown) { // fatal ones too, else nobody else would ever have a turn
            hookOnError(thrown);
        }
        if (!move(TurnState.BEGINNING, TurnState.WORKING)) part();
    }

    /** For a subscriber that cancels. */
    void leave() {
        if (giveUp()) {
            mutex.release(this);
        } else if (move(TurnState.BEGINNING, TurnState.LEAVING) || move(TurnState.WORKING, TurnState.PARTED)) {
            cancel();
            part();
        }
    }

    /** True when it had not begun and now never will; who called then takes it out of the line. */
    boolean giveUp() {
        return move(TurnState.WAITING, TurnState.ENDED);
    }

    /** Fails its subscriber, without having had a turn. */
    void tell(Throwable refusal) {
        sink.error(refusal);
    }

    /** The cancel has returned, or the subscribing has: the later of both ends the turn. */
    private void part() {
        if (!move(TurnState.LEAVING, TurnState.PARTED) && move(TurnState.PARTED, TurnState.ENDED)) mutex.release(this);
    }

    private boolean finish() {
        boolean mine = move(TurnState.BEGINNING, TurnState.ENDED) || move(TurnState.WORKING, TurnState.ENDED);
        if (mine) mutex.release(this);
        return mine;
    }

    private boolean move(TurnState from, TurnState to) {
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
