package dev.sandbar.event;

import dev.sandbar.async.BackgroundTasks;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Brings what is new in one stream's log into its ring: one read at a time, however often and by whomever it is woken.
 *
 * <p>A wake-up is a ticket; when its number is done, all that was committed before it was taken is in the ring.
 */
final class Loader {

    private final String stream;
    private final History history;
    private final FrameRing ring;
    private final BackgroundTasks tasks;
    private final Runnable loaded;
    private final Consumer<@Nullable Throwable> failed;
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean begun;
    private volatile long done;
    private volatile boolean stopped;

    /**
     * @param loaded called after each read, on the history's scheduler
     * @param failed called when the store can't be read, or with null when the stream was dropped; this loads nothing then
     */
    Loader(
            String stream,
            History history,
            FrameRing ring,
            BackgroundTasks tasks,
            Runnable loaded,
            Consumer<@Nullable Throwable> failed) {
        this.stream = stream;
        this.history = history;
        this.ring = ring;
        this.tasks = tasks;
        this.loaded = loaded;
        this.failed = failed;
    }

    /** Asks for a look at the log, and says which one it will be. Never waits, never fails. */
    long wake() {
        long ticket = tickets.incrementAndGet();
        if (!stopped && busy.compareAndSet(false, true)) {
            tasks.start(
                    "Events of " + stream,
                    Mono.defer(this::pass).repeat(this::again).then());
        }
        return ticket;
    }

    /** The last ticket that was served, 0 at first. */
    long done() {
        return done;
    }

    /** Reads nothing any more; a read that is under way ends in silence. */
    void stop() {
        stopped = true;
    }

    private Mono<Void> pass() {
        long ticket = tickets.get();
        return Mono.defer(() -> begun ? Mono.empty() : begin())
                .then(Mono.defer(() -> history.after(stream, ring.last())))
                .flatMap(page -> take(page, ticket))
                .onErrorResume(this::fail);
    }

    /** So that readers of what happened lately find it in the ring, too. */
    private Mono<Void> begin() {
        return history.range(stream)
                .doOnNext(range -> {
                    ring.begin(Math.max(range.first() - 1, range.last() - ring.capacity()));
                    begun = true;
                })
                .then();
    }

    private Mono<Void> take(EventPage page, long ticket) {
        if (stopped) return Mono.empty();
        for (SseFrame frame : page.frames()) {
            if (!frame.type().equals(SseFrame.GAP)) ring.add(frame);
        }
        if (!page.more()) done = ticket;
        loaded.run();
        return page.frames().isEmpty() && ring.last() > 0 ? lookForDrop() : Mono.empty();
    }

    /** Nothing is new though somebody said so: maybe it is all gone. */
    private Mono<Void> lookForDrop() {
        return history.range(stream).filter(range -> range.last() < ring.last()).flatMap(gone -> fail(null));
    }

    private Mono<Void> fail(@Nullable Throwable error) {
        if (stopped) return Mono.empty();
        stopped = true;
        failed.accept(error);
        return Mono.empty();
    }

    private boolean again() {
        if (stopped) return false;
        if (done != tickets.get()) return true;
        busy.set(false);
        return done != tickets.get() && busy.compareAndSet(false, true);
    }
}
