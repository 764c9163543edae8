package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Ends sandboxes: records that and why, tells the listeners, destroys, verifies, and records that it is gone. An end that
 * failed at any of these is owed, and tried again by {@link #look}.
 */
final class Ending {

    private static final Logger log = LoggerFactory.getLogger(Ending.class);
    private static final Duration DESTROY_LIMIT = Duration.ofSeconds(30);

    private final SandboxRuntime runtime;
    private final Changes changes;
    private final Listeners listeners;
    private final BackgroundTasks tasks;
    private final Clock clock;

    Ending(Parts parts) {
        this.runtime = parts.runtime();
        this.changes = parts.changes();
        this.listeners = parts.listeners();
        this.tasks = parts.tasks();
        this.clock = parts.clock();
    }

    /**
     * Ends it, or joins the end that goes on. Lazy, and to be owned by a task. Fails when the store refuses to record
     * it, and then nothing has begun; or when it can't be carried out now, and then it is owed.
     */
    Mono<Void> end(Entry entry, EndCause cause) {
        return decided(entry, now -> first(entry, cause)).then(carriedOut(entry));
    }

    /** Begins an end that nobody can refuse: now where that is possible, otherwise later. Not lazy. */
    void want(Entry entry, EndCause cause) {
        if (entry.left()) return;
        entry.want(cause);
        begin(entry, owned(entry, end(entry, cause)));
    }

    /** As {@link #want}, for a callback that means one life of the sandbox, and comes too late for any other. */
    void want(Entry entry, long incarnation, EndCause cause) {
        Sandbox now = entry.now();
        if (now.running() && now.incarnation() == incarnation) want(entry, cause);
    }

    /** Begins whatever is due: an expiry, an end that is owed, or the reading of a record that is in doubt. Not lazy. */
    void look(Entry entry) {
        Instant at = clock.instant();
        Sandbox now = entry.now();
        boolean expired = now.running() && !now.endAt().isAfter(at);
        boolean owed = now.state() == SandboxState.KILLING || entry.wanted() != null;
        if (!(expired || owed || entry.doubtful()) || !entry.due().begin(at)) return;
        Mono<Void> attempt =
                owned(entry, attempt(entry)).doFinally(signal -> entry.due().over());
        if (!begin(entry, attempt)) entry.due().over();
    }

    /** Records that it ends, and why; whether that could be recorded now or not, {@link #look} does the rest. Lazy. */
    Mono<Void> record(Entry entry, EndCause cause) {
        return Mono.defer(() -> {
            entry.want(cause);
            return owned(entry, decided(entry, now -> first(entry, cause)));
        });
    }

    /** Who wanted its end before, has named the cause. */
    private static EndCause first(Entry entry, EndCause cause) {
        EndCause wanted = entry.wanted();
        return wanted == null ? cause : wanted;
    }

    /** An end that was refused: it is owed. */
    Mono<Void> owned(Entry entry, Mono<Void> end) {
        return end.onErrorResume(error -> {
            if (entry.now().state() != SandboxState.KILLING) refused(entry, error);
            return Mono.empty();
        });
    }

    private boolean begin(Entry entry, Mono<Void> work) {
        return Owned.begin(tasks, "End of " + entry.id(), work);
    }

    /** A renewal wins or loses against this as a whole: who has expired is found out in its turn. */
    private Mono<Void> attempt(Entry entry) {
        EndCause wanted = entry.wanted();
        Mono<Void> decided = wanted == null ? decided(entry, this::expired) : decided(entry, now -> wanted);
        return decided.then(carriedOut(entry));
    }

    private @Nullable EndCause expired(Sandbox now) {
        return now.running() && !now.endAt().isAfter(clock.instant()) ? EndCause.EXPIRED : null;
    }

    /** Where the disk is too full to record an end, it may be the sandbox that fills it: its end comes first then. */
    private Mono<Void> decided(Entry entry, Function<Sandbox, @Nullable EndCause> rule) {
        return recorded(entry, rule).onErrorResume(StoreException.Full.class, full -> {
            EndCause cause = rule.apply(entry.now());
            return cause == null || !entry.now().running()
                    ? Mono.error(full)
                    : endedFirst(entry, cause).then(recorded(entry, now -> cause));
        });
    }

    /** After a crash the record still finds the right end: its deadline has passed, or its agent is gone. */
    private Mono<Void> endedFirst(Entry entry, EndCause cause) {
        log.warn("The disk is full: sandbox {} is ended before that can be recorded", entry.id());
        entry.want(cause);
        return listeners
                .ending(entry.now(), cause)
                .then(runtime.destroy(entry.id()).timeout(DESTROY_LIMIT));
    }

    private Mono<Void> recorded(Entry entry, Function<Sandbox, @Nullable EndCause> rule) {
        Changes.Step step = now -> {
            EndCause cause = now.state().allows(SandboxState.KILLING) ? rule.apply(now) : null;
            return cause == null ? null : Next.ending(now.ending(cause));
        };
        return changes.make(entry, step).then();
    }

    private Mono<Void> carriedOut(Entry entry) {
        return Mono.defer(() -> {
            Sandbox ending = entry.now();
            if (entry.left() || ending.state() != SandboxState.KILLING) return Mono.empty();
            return entry.attempt().join(Mono.defer(() -> carryOutOnce(entry, ending)));
        });
    }

    /** Another attempt may have come through meanwhile. */
    private Mono<Void> carryOutOnce(Entry entry, Sandbox ending) {
        return entry.now().equals(ending) ? carryOut(entry, ending) : Mono.empty();
    }

    private Mono<Void> carryOut(Entry entry, Sandbox ending) {
        EndCause cause = ending.cause() == null ? EndCause.KILLED : ending.cause();
        return entry.created()
                .then(listeners.ending(ending, cause))
                .then(destroyed(ending, cause))
                .then(finished(entry, ending))
                .doOnError(error -> owed(entry, error));
    }

    /** Of what a restart of the machine has ended only files are left, and these are kept. */
    private Mono<Void> destroyed(Sandbox ending, EndCause cause) {
        if (cause == EndCause.HOST_RESTART) return Mono.empty();
        return runtime.destroy(ending.id()).timeout(DESTROY_LIMIT);
    }

    private Mono<Void> finished(Entry entry, Sandbox ending) {
        Changes.Step step = now -> now.equals(ending) ? Next.ended(now, clock.instant()) : null;
        return changes.make(entry, step).then();
    }

    private void owed(Entry entry, Throwable error) {
        int failures = entry.due().failed(clock.instant());
        if (failures == 1) log.warn("Sandbox {} can't be ended yet and will be tried again", entry.id(), error);
        else log.warn("Sandbox {} still can't be ended, tried {} times: {}", entry.id(), failures, error.toString());
    }

    private void refused(Entry entry, Throwable error) {
        entry.due().refused(clock.instant());
        log.debug("The end of sandbox {} can't be recorded yet", entry.id(), error);
    }
}
