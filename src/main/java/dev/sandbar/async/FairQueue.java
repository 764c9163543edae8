package dev.sandbar.async;

import dev.sandbar.async.QueueFullException.Bound;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Some pieces of work at a time, and a line of those who wait for that, which is fair between keys: each key with waiters
 * gets a turn before any gets another, so that the many of one don't hold up the few of another by more than one round.
 *
 * <p><b>Threads:</b> thread-safe, nothing blocks: who waits is a subscription. Work that may begin at once begins on its
 * subscriber's thread, work that waited on the scheduler that was given. <b>Context:</b> work sees its subscriber's.
 * <b>Bounds:</b> by {@link Bounds}; a key has an entry only while somebody works or waits.
 */
public final class FairQueue<K> implements AutoCloseable {

    /**
     * How many work and wait.
     *
     * @param atOnce how many work at once
     * @param atOncePerKey the same of one key
     * @param waiting how many may wait; more are refused
     * @param waitingPerKey the same of one key
     * @param patience after which who still waits is refused
     */
    public record Bounds(int atOnce, int atOncePerKey, int waiting, int waitingPerKey, Duration patience) {
        public Bounds {
            if (atOnce < 1 || atOncePerKey < 1) throw new IllegalArgumentException("at least 1 must work at once");
            if (waiting < 0 || waitingPerKey < 0) throw new IllegalArgumentException("less than 0 can't wait");
            if (patience.isNegative() || patience.isZero())
                throw new IllegalArgumentException("patience must be above 0");
        }
    }

    private final Map<K, FairLine<K>> lines = new HashMap<>();
    private final Set<FairLine<K>> round = new LinkedHashSet<>();
    private final Pace pace = new Pace();
    private final String name;
    private final Bounds bounds;
    private final Scheduler timer;
    private int working;
    private int waiting;
    private boolean closed;

    /**
     * @param name for errors
     * @param timer measures patience and begins the work of those who waited; the caller's own
     */
    public FairQueue(String name, Bounds bounds, Scheduler timer) {
        this.name = name;
        this.bounds = bounds;
        this.timer = timer;
    }

    /**
     * The work, begun when it is its turn, which lasts until the permit is closed: that is the work's part, whatever becomes
     * of it. Lazy: its place in the line is that of the subscription. Cancelling while it waits leaves the line at once;
     * afterwards it cancels the work, and nothing else.
     *
     * @param pressing whether it goes ahead of those of its key that aren't
     * @param work called once, when it is its turn; where it throws, the turn is over
     * @return what the work gives; {@link QueueFullException} when too many wait, or it has waited for too long; {@link
     *     RejectedExecutionException} when this is or comes to be closed; nothing was begun then
     */
    public <T> Mono<T> inTurn(K key, boolean pressing, Function<Permit, Mono<T>> work) {
        return Mono.create(sink -> enter(new Waiter<>(this, key, pressing, work, sink)));
    }

    private void enter(Waiter<K, ?> waiter) {
        Throwable refusal = null;
        boolean begins;
        synchronized (this) {
            FairLine<K> line = lines.computeIfAbsent(waiter.key(), FairLine::new);
            begins = !closed && working < bounds.atOnce() && line.working < bounds.atOncePerKey();
            if (begins) begin(line);
            else refusal = closed ? refusal() : full(line);
            if (!begins && refusal == null) await(line, waiter);
            forgetIfIdle(line);
        }
        if (refusal != null) waiter.tell(refusal);
        else waiter.entered(begins, timer, bounds.patience());
    }

    private void begin(FairLine<K> line) {
        line.working++;
        working++;
    }

    private void await(FairLine<K> line, Waiter<K, ?> waiter) {
        line.add(waiter);
        round.add(line);
        waiting++;
    }

    private @Nullable QueueFullException full(FairLine<K> line) {
        boolean own = line.waiting() >= bounds.waitingPerKey();
        if (!own && waiting < bounds.waiting()) return null;
        return full(own ? Bound.OF_KEY : Bound.OF_ALL, place(line, line.waiting()));
    }

    private QueueFullException full(Bound bound, int place) {
        return new QueueFullException(name, bound, place, pace.until(place, bounds.atOnce()));
    }

    /** Its number in the order in which those who wait get their turns, when so many of its own key are ahead of it. */
    private int place(FairLine<K> line, int ahead) {
        int rounds = ahead + 1;
        int place = rounds;
        for (FairLine<K> other : round) {
            if (other == line) rounds = ahead;
            else place += Math.min(other.waiting(), rounds);
        }
        return place;
    }

    /** A permit for work that begins now. */
    Permit permit(Waiter<K, ?> waiter) {
        long begun = now();
        return new Permit(() -> handOver(ended(waiter.key(), now() - begun)), 1);
    }

    /** It counts as working, and will do nothing. */
    void passOn(Waiter<K, ?> waiter) {
        handOver(next(waiter.key()));
    }

    private synchronized @Nullable Waiter<K, ?> ended(K key, long took) {
        pace.add(took);
        return next(key);
    }

    /** The one whose turn it is when one of this key works no more; it counts as working. */
    private synchronized @Nullable Waiter<K, ?> next(K key) {
        FairLine<K> ended = Objects.requireNonNull(lines.get(key));
        ended.working--;
        working--;
        forgetIfIdle(ended);
        for (FairLine<K> line : round) {
            if (line.working < bounds.atOncePerKey()) return first(line);
        }
        return null;
    }

    private Waiter<K, ?> first(FairLine<K> line) {
        Waiter<K, ?> first = line.take();
        round.remove(line);
        if (line.waiting() > 0) round.add(line);
        waiting--;
        begin(line);
        return first;
    }

    private void handOver(@Nullable Waiter<K, ?> first) {
        Waiter<K, ?> next = first;
        while (next != null) {
            try {
                timer.schedule(next::begin);
                return;
            } catch (RejectedExecutionException refused) {
                next.giveUp(refused);
                next = next(next.key());
            }
        }
    }

    /** Takes out who leaves; does nothing where it is its turn already. */
    synchronized void takeOut(Waiter<K, ?> waiter) {
        FairLine<K> line = lines.get(waiter.key());
        if (line == null || !line.remove(waiter)) return;
        waiting--;
        if (line.waiting() == 0) round.remove(line);
        forgetIfIdle(line);
    }

    /** What it is told who was patient for so long, and leaves now. */
    synchronized QueueFullException late(Waiter<K, ?> waiter) {
        FairLine<K> line = lines.get(waiter.key());
        int ahead = line == null ? 0 : line.ahead(waiter);
        int place = line == null ? 1 : place(line, ahead);
        takeOut(waiter);
        return full(Bound.PATIENCE, place);
    }

    private void forgetIfIdle(FairLine<K> line) {
        if (line.working == 0 && line.waiting() == 0) lines.remove(line.key());
    }

    /** How many wait now. */
    public synchronized int waiting() {
        return waiting;
    }

    /** How many work now. */
    public synchronized int working() {
        return working;
    }

    /** For how many keys somebody works or waits now. */
    synchronized int keys() {
        return lines.size();
    }

    /** Refuses further work, and all who wait; what has begun goes on. */
    @Override
    public void close() {
        List<Waiter<K, ?>> all;
        synchronized (this) {
            closed = true;
            all = round.stream().flatMap(FairLine::all).toList();
        }
        all.forEach(waiter -> waiter.giveUp(refusal()));
    }

    private RejectedExecutionException refusal() {
        return new RejectedExecutionException(name + " is closed");
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return name;
    }
}
