package dev.sandbar.client;

import dev.sandbar.async.BackgroundTasks;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Keeps a cache's changes in its file: gathers what comes within a short while, and then joins it to the file in one go, on a
 * thread of its own, one write after the other. What can't be written is kept and tried again. Thread-safe; nobody waits.
 */
final class TokenStore implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TokenStore.class);
    private static final Duration SAVE_LIMIT = Duration.ofSeconds(10);
    private static final Duration BUSY_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** Changes that go into the file together. */
    private static final class Round {
        private final Sinks.Empty<Void> early = Sinks.empty();
        private final Sinks.Empty<Void> done = Sinks.empty();
        private Duration delay;

        Round(Duration delay) {
            this.delay = delay;
        }
    }

    private interface Work<T> {
        T with(TokenFile file) throws IOException;
    }

    private final @Nullable TokenFile file;
    private final TokenCacheSettings settings;
    private final TokenTimes times;
    private final TokenCounters counters;
    private final Scheduler disk;
    private final BackgroundTasks tasks;
    private final AtomicLong lastStamp = new AtomicLong();
    private SavedTokens pending = new SavedTokens();
    private @Nullable Round waiting;
    private @Nullable Round running;
    private int failuresInARow;
    private boolean closed;
    private volatile boolean failing;

    /** Takes over the scheduler on which the disk is waited for; one thread. Without a file it keeps nothing. */
    TokenStore(TokenCacheSettings settings, TokenTimes times, TokenCounters counters, Scheduler disk) {
        this.file = settings.file() == null ? null : new TokenFile(settings.file(), settings.entries());
        this.settings = settings;
        this.times = times;
        this.counters = counters;
        this.disk = disk;
        this.tasks = new BackgroundTasks("token file", 4, times.timer());
    }

    /**
     * What was saved, with the changes since; nothing of it when it can't be read in time. Lazy; never fails; emits on the
     * disk's thread or the timer.
     */
    Mono<SavedTokens> load() {
        return onDisk(found -> found.read(micros()))
                .timeout(settings.loadLimit(), times.timer())
                .map(this::found)
                .doOnError(error -> failed("be read in time: it is done without", error))
                .onErrorResume(error -> Mono.just(new SavedTokens()))
                .map(this::withChanges);
    }

    private SavedTokens found(TokenFile.Found found) {
        if (found.unclean()) change(nothing -> {});
        return found.tokens();
    }

    private synchronized SavedTokens withChanges(SavedTokens saved) {
        saved.join(pending);
        saved.prune(micros(), settings.entries());
        return saved;
    }

    void put(String sandboxId, SavedToken token) {
        change(changes -> changes.put(sandboxId, token));
    }

    void drop(String sandboxId, long upTo) {
        change(changes -> changes.drop(sandboxId, upTo));
    }

    void clear(long upTo) {
        change(changes -> changes.clear(upTo));
    }

    /** The time in microseconds, later than each time before. */
    long stamp() {
        long now = micros();
        return lastStamp.updateAndGet(last -> Math.max(last + 1, now));
    }

    /**
     * Ends when the changes until now are in the file; begins to write them at once. Lazy; cancelling stops waiting.
     *
     * @return an error when they couldn't be written; it is tried again all the same
     */
    Mono<Void> saved() {
        return Mono.defer(() -> {
            Round last = last();
            if (last == null) return Mono.empty();
            last.early.tryEmitEmpty();
            return last.done.asMono();
        });
    }

    private synchronized @Nullable Round last() {
        return waiting == null ? running : waiting;
    }

    private void change(Consumer<SavedTokens> change) {
        Round begun = null;
        synchronized (this) {
            if (closed || file == null) return;
            change.accept(pending);
            if (pending.size() > 2 * settings.entries()) pending.prune(micros(), settings.entries());
            if (waiting == null) {
                waiting = new Round(settings.saveDelay());
                if (running == null) begun = waiting;
            }
        }
        if (begun != null) begin(begun);
    }

    private void begin(Round round) {
        Mono<Void> delay = Mono.delay(round.delay, times.timer()).then();
        Mono<Void> save = Mono.firstWithSignal(delay, round.early.asMono()).then(Mono.defer(() -> save(round)));
        tasks.start("saving", save);
    }

    private Mono<Void> save(Round round) {
        SavedTokens changes = take(round);
        return onDisk(found -> found.update(changes, micros()))
                .retryWhen(whileBusy())
                .timeout(SAVE_LIMIT, times.timer())
                .doOnNext(done -> written(round, done))
                .doOnError(error -> notWritten(round, changes, error))
                .onErrorComplete()
                .then();
    }

    private Retry whileBusy() {
        return Retry.fixedDelay(Long.MAX_VALUE, BUSY_PAUSE)
                .filter(TokenFile.BusyException.class::isInstance)
                .scheduler(times.timer());
    }

    private synchronized SavedTokens take(Round round) {
        SavedTokens taken = pending;
        pending = new SavedTokens();
        waiting = null;
        running = round;
        return taken;
    }

    private void written(Round round, TokenFile.Done done) {
        if (done.written()) counters.saves.increment();
        failing = false;
        if (done.setAside()) counters.setAside.increment();
        next(null);
        round.done.tryEmitEmpty();
    }

    private void notWritten(Round round, SavedTokens changes, Throwable error) {
        failed("be written", error);
        next(changes);
        round.done.tryEmitError(new SandboxClientException(file + " couldn't be written", error));
    }

    /** Begins the next round where there is one; a failed one's changes are for it. */
    private void next(@Nullable SavedTokens failed) {
        Round next;
        synchronized (this) {
            running = null;
            failuresInARow = failed == null ? 0 : failuresInARow + 1;
            if (failed != null) giveBack(failed);
            next = closed ? null : waiting;
        }
        if (next != null) begin(next);
    }

    private void giveBack(SavedTokens failed) {
        failed.join(pending);
        failed.prune(micros(), settings.entries());
        pending = failed;
        if (waiting == null) waiting = new Round(pause());
        else waiting.delay = pause();
    }

    private Duration pause() {
        Duration pause = Duration.ofSeconds(1L << Math.min(failuresInARow - 1, 6));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** Of failures in a row only the first is a warning. */
    private void failed(String what, Throwable error) {
        counters.saveFailures.increment();
        if (failing) log.debug("{} still couldn't {}", file, what, error);
        else log.warn("{} couldn't {}", file, what, error);
        failing = true;
    }

    /** The work with the file; empty without one. */
    private <T> Mono<T> onDisk(Work<T> work) {
        return file == null
                ? Mono.empty()
                : Mono.fromCallable(() -> work.with(file)).subscribeOn(disk);
    }

    private long micros() {
        return SavedToken.micros(times.clock().instant());
    }

    /** What wasn't written until now is not written any more; who waits for it is told. */
    @Override
    public void close() {
        Round[] left;
        synchronized (this) {
            closed = true;
            left = new Round[] {waiting, running};
            waiting = null;
            running = null;
        }
        tasks.close();
        disk.dispose();
        for (Round round : left) {
            if (round != null) round.done.tryEmitError(new CancellationException(file + " is closed"));
        }
    }
}
