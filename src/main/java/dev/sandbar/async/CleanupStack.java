package dev.sandbar.async;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * What has to be undone if a piece of work in several steps fails half-way: each step pushes its undo.
 *
 * <p>It ends in one of two ways, whichever comes first: {@link #run} undoes everything, the newest first, one after the
 * other; {@link #handOver} forgets everything because somebody else answers for it now. After that it keeps nothing:
 * a later {@link #push} is undone at once.
 *
 * <p><b>Threads:</b> thread-safe, nothing blocks, and no lock is held while an undo runs. An undo is subscribed to on
 * the thread on which the one before it ended, and sees an empty Reactor context. <b>Bounds:</b> each undo has the same
 * deadline; the stack grows with the steps of its work.
 */
public final class CleanupStack {

    private static final Logger log = LoggerFactory.getLogger(CleanupStack.class);

    private record Undo(String what, Mono<Void> action) {}

    private final Deque<Undo> undos = new ArrayDeque<>();
    private final String name;
    private final Duration deadline;
    private final Scheduler timer;
    private final Mono<Void> run;
    private boolean open = true;
    private boolean running;
    private volatile @Nullable CleanupException failure;

    /** An undo that takes longer than the deadline, by the timer (the caller's own), is cancelled and has failed. */
    public CleanupStack(String name, Duration deadline, Scheduler timer) {
        this.name = name;
        this.deadline = deadline;
        this.timer = timer;
        this.run = Mono.defer(this::undoAll)
                .contextWrite(caller -> Context.empty())
                .cache();
    }

    /**
     * Keeps an undo for later. Where the stack was run or handed over before, nobody would come for it: it is then begun
     * at once (by a run that is still going on, as its next), and the caller should fail its step.
     *
     * @return true when kept, false when it is being undone
     */
    public boolean push(String what, Mono<Void> action) {
        Undo undo = new Undo(what, action.timeout(deadline, timer));
        synchronized (undos) {
            if (open || running) {
                undos.push(undo);
                return open;
            }
        }
        undo.action().subscribe(null, error -> log.warn("{}: could not undo {}", name, what, error));
        return false;
    }

    /**
     * Undoes everything, once: the first subscriber begins it (lazy), all further ones share its outcome. Cancelling
     * only stops watching: what was begun is finished. One that fails doesn't keep the others from being undone.
     *
     * @return completes after the last undo; {@link CleanupException} for the first that failed, with those of the others
     *     suppressed; completes at once when everything was handed over
     */
    public Mono<Void> run() {
        return run;
    }

    /** Forgets everything, after success. False when a run has begun before: the work must then count as failed. */
    public boolean handOver() {
        synchronized (undos) {
            if (!open) return false;
            open = false;
            undos.clear();
            return true;
        }
    }

    private Mono<Void> undoAll() {
        synchronized (undos) {
            running = open;
            open = false;
        }
        return Mono.defer(this::undoNewest)
                .repeat(this::more)
                .then(Mono.defer(() -> failure == null ? Mono.empty() : Mono.error(failure)));
    }

    private Mono<Void> undoNewest() {
        Undo undo;
        synchronized (undos) {
            undo = undos.poll();
        }
        return undo == null ? Mono.empty() : undo.action().onErrorResume(error -> keep(undo, error));
    }

    private boolean more() {
        synchronized (undos) {
            running = !undos.isEmpty();
            return running;
        }
    }

    private Mono<Void> keep(Undo undo, Throwable error) {
        CleanupException kept = new CleanupException(name + ": could not undo " + undo.what(), error);
        if (failure == null) failure = kept;
        else failure.addSuppressed(kept);
        return Mono.empty();
    }
}
