package dev.sandbar.event;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One reader of a stream: holds its position, and at most one page of what is too old for the stream's ring.
 *
 * <p>{@code drain} may be called by any thread; whoever comes first emits for all until nothing is left to do. Errors and
 * the end by {@link #end} go out at once, demand or not.
 */
final class EventReader implements Subscription {

    private final Events events;
    private final HotStream stream;
    private final String name;
    private final Predicate<String> terminal;
    private final CoreSubscriber<? super SseFrame> subscriber;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger(1); // held until the subscriber has its subscription
    private volatile @Nullable EventPage answer;
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;
    private volatile boolean cancelled;
    private Iterator<SseFrame> page = List.<SseFrame>of().iterator();
    private boolean asking;
    private boolean opened;
    private long ticket;
    private long next;

    EventReader(
            Events events,
            HotStream stream,
            String name,
            long after,
            Predicate<String> terminal,
            CoreSubscriber<? super SseFrame> subscriber) {
        this.events = events;
        this.stream = stream;
        this.name = name;
        this.next = after + 1;
        this.terminal = terminal;
        this.subscriber = subscriber;
    }

    String name() {
        return name;
    }

    void begin() {
        subscriber.onSubscribe(this);
        ticket = stream.ticketFor(next - 1);
        drainLoop();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        events.leave(this);
        drain();
    }

    /** Completes it where it is; before its first frame it fails. */
    void end() {
        ended = true;
        drain();
    }

    void fail(Throwable error) {
        failure = error;
        drain();
    }

    /** Gives it the page that it has asked for. */
    void take(EventPage asked) {
        answer = asked;
        drain();
    }

    void drain() {
        if (work.getAndIncrement() == 0) drainLoop();
    }

    private void drainLoop() {
        int missed = 1;
        while (missed != 0) {
            if (!cancelled && !step()) cancelled = true;
            if (cancelled) page = List.<SseFrame>of().iterator();
            missed = work.addAndGet(-missed);
        }
    }

    /** Emits what is requested and there; false after the end. */
    private boolean step() {
        if (failure != null) return fail();
        if (ended) return opened ? complete() : failWith(new EventException.Closed());
        if (!opened && stream.isDone(ticket)) {
            if (next - 1 > stream.ring().last()) {
                return failWith(
                        new EventException.BeyondEnd(next - 1, stream.ring().last()));
            }
            if (isOver()) return complete();
            if (requested.get() == 0) return true;
            opened = true;
            emitted(1);
            subscriber.onNext(SseFrame.OPEN);
        }
        return !opened || emitAll();
    }

    /** Whether it has seen the last event that there will be. */
    private boolean isOver() {
        SseFrame seen = stream.ring().get(next - 1);
        return seen != null && terminal.test(seen.type());
    }

    private boolean emitAll() {
        long demand = requested.get();
        long count = 0;
        while (count < demand && !cancelled && failure == null) {
            SseFrame frame = frame();
            if (ended) return complete();
            if (frame == null) break;
            count++;
            next = frame.seq() + 1;
            subscriber.onNext(frame);
            if (terminal.test(frame.type())) return complete();
        }
        emitted(count);
        return true;
    }

    private void emitted(long count) {
        if (count > 0 && requested.get() != Long.MAX_VALUE) requested.addAndGet(-count);
    }

    /** The next frame; null where there is none yet. */
    private @Nullable SseFrame frame() {
        if (page.hasNext()) return page.next();
        if (asking) return turned();
        FrameRing ring = stream.ring();
        if (next > ring.last()) return null;
        SseFrame frame = ring.get(next);
        if (frame != null) return frame;
        asking = true;
        stream.ask(this, next - 1);
        return null;
    }

    /** The first frame of the page that was asked for; one that should be there and is empty has been dropped. */
    private @Nullable SseFrame turned() {
        EventPage asked = answer;
        if (asked == null) return null;
        answer = null;
        asking = false;
        page = asked.frames().iterator();
        if (page.hasNext()) return page.next();
        ended = true;
        return null;
    }

    private boolean fail() {
        return failWith(Objects.requireNonNull(failure));
    }

    private boolean failWith(Throwable error) {
        events.leave(this);
        subscriber.onError(error);
        return false;
    }

    private boolean complete() {
        events.leave(this);
        if (!cancelled) subscriber.onComplete();
        return false;
    }
}
