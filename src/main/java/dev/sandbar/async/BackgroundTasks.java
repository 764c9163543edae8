package dev.sandbar.async;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * One-shot work that outlives whoever asked for it, such as the creation of a sandbox whose client may hang up.
 *
 * <p><b>Threads:</b> work is subscribed to on the thread that calls {@link #start}; its result is emitted where the work
 * ended. Thread-safe; nothing blocks. <b>Context:</b> work sees an empty Reactor context, never its first caller's.
 * <b>Bounds:</b> at most {@code limit} tasks run at a time, without a queue; the work brings its own deadline.
 */
public final class BackgroundTasks implements AutoCloseable {

    private final Set<BackgroundTask<?>> running = new HashSet<>();
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private final String name;
    private final int limit;
    private final Scheduler timer;
    private volatile boolean closed;

    /** Takes a name for log lines and errors, and a timer (the caller's own) for delays. */
    public BackgroundTasks(String name, int limit, Scheduler timer) {
        if (limit < 1) throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        this.name = name;
        this.limit = limit;
        this.timer = timer;
    }

    /**
     * Begins the work before it returns (not lazy) and gives its result to any number of subscribers, early or late.
     *
     * <p>Cancelling the result only stops watching; the work goes on. A failure goes to those who watch; when it
     * has reached nobody a second later, it is logged as a warning. The task is counted as ended before its result goes out.
     *
     * @return the work's value, emptiness or error; {@link RejectedExecutionException} when too many tasks run or this
     *     is closed (the work was then never subscribed to); {@link CancellationException} when closed meanwhile
     */
    public <T> Mono<T> start(String what, Mono<T> work) {
        BackgroundTask<T> task = new BackgroundTask<>(this, what, timer);
        if (!enter(task)) return Mono.error(this::refusal);
        work.subscribe(task);
        return task.result();
    }

    /** How many tasks run now. */
    public int running() {
        synchronized (running) {
            return running.size();
        }
    }

    /** Refuses further work, cancels what runs, and fails its watchers with a {@link CancellationException}. */
    @Override
    public void close() {
        refuse();
        cancelAll();
    }

    /**
     * Refuses further work, waits until what runs has ended, at most for {@code grace}, and then cancels the rest. Lazy;
     * cancelling it leaves the gate shut and the tasks running.
     *
     * @return how many tasks had to be cancelled, emitted on the timer or on the last task's thread; no error
     */
    public Mono<Integer> closeGracefully(Duration grace) {
        Mono<Void> ended = Mono.fromRunnable(this::refuse).then(drained.asMono());
        return ended.thenReturn(0).timeout(grace, Mono.fromSupplier(this::cancelAll), timer);
    }

    private void refuse() {
        synchronized (running) {
            closed = true;
        }
        told();
    }

    private int cancelAll() {
        List<BackgroundTask<?>> left;
        synchronized (running) {
            left = List.copyOf(running);
        }
        return (int) left.stream().filter(BackgroundTask::stop).count();
    }

    private boolean enter(BackgroundTask<?> task) {
        synchronized (running) {
            return !closed && running.size() < limit && running.add(task);
        }
    }

    private RejectedExecutionException refusal() {
        return new RejectedExecutionException(name + (closed ? " is closed" : " already runs " + limit + " tasks"));
    }

    /** Decides who ends a task: true for exactly one of all those that try. */
    boolean leave(BackgroundTask<?> task) {
        synchronized (running) {
            return running.remove(task);
        }
    }

    /** Called after a task's watchers were told: the last one out shuts the door. */
    void told() {
        if (closed && running() == 0) drained.tryEmitEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}
