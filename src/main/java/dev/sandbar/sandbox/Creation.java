package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.FairQueue;
import dev.sandbar.async.Permit;
import dev.sandbar.async.QueueFullException;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Makes sandboxes: reserves a place, waits for its turn, records, starts, records again, hands over. Whatever happens on that way, the
 * sandbox is handed over or ended.
 */
final class Creation {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final SandboxRuntime runtime;
    private final Entries entries;
    private final Changes changes;
    private final Ending ending;
    private final Watches watches;
    private final BackgroundTasks tasks;
    private final Clock clock;
    private final SandboxSettings settings;
    private final FairQueue<String> queue;

    Creation(Parts parts, Ending ending, Watches watches) {
        this.runtime = parts.runtime();
        this.entries = parts.entries();
        this.changes = parts.changes();
        this.ending = ending;
        this.watches = watches;
        this.tasks = parts.tasks();
        this.clock = parts.clock();
        this.settings = parts.settings();
        this.queue = new FairQueue<>("creations", settings.creations().bounds(), Schedulers.parallel());
    }

    /**
     * Lazy; the work is a task's, begun when it is the owner's turn. Cancelling ends what has been made of it, whether that
     * was handed over already or not: nobody can know.
     *
     * @param pressing whether it goes ahead of the owner's other creations that wait
     */
    Mono<Sandbox> create(String id, SandboxRequest request, boolean pressing) {
        return Mono.defer(() -> {
            Places.Place place = entries.reserve(request.owner());
            AtomicReference<@Nullable Entry> made = new AtomicReference<@Nullable Entry>();
            return queue.inTurn(request.owner(), pressing, turn -> begun(id, request, place, turn, made))
                    .onErrorMap(QueueFullException.class, full -> queued(full, settings.creations()))
                    .doFinally(signal -> place.leave())
                    .doOnCancel(() -> abandoned(made.get()));
        });
    }

    /** Who leaves at the moment at which a sandbox is handed over doesn't get it, and the queue doesn't hear of that. */
    private void abandoned(@Nullable Entry made) {
        if (made != null) ending.want(made, EndCause.KILLED);
    }

    /** The turn is over with the work, which may go on for longer than whoever asked for it. */
    private Mono<Sandbox> begun(
            String id, SandboxRequest request, Places.Place place, Permit turn, AtomicReference<@Nullable Entry> made) {
        Entry entry = entries.enter(place, () -> first(id, request));
        made.set(entry);
        Mono<Sandbox> work = launch(entry, request.timeout(), turn);
        return tasks.start("Creation of " + entry.id(), work)
                .switchIfEmpty(Mono.error(() -> new SandboxException.NotFound(entry.id())))
                .doOnError(RejectedExecutionException.class, refused -> neverBegun(entry, turn))
                .doOnCancel(() -> ending.want(entry, EndCause.KILLED));
    }

    private static SandboxException queued(QueueFullException full, SandboxSettings.Creations bounds) {
        return switch (full.bound()) {
            case OF_KEY -> SandboxException.Queued.perOwner(bounds.waitingPerOwner(), full);
            case OF_ALL -> SandboxException.Queued.inAll(bounds.waiting(), full);
            case PATIENCE -> SandboxException.Queued.tooLong(bounds.patience(), full);
        };
    }

    /** Lets nobody wait any more. */
    void close() {
        queue.close();
    }

    private Sandbox first(String id, SandboxRequest request) {
        Instant now = clock.instant();
        return new Sandbox(
                id,
                request.owner(),
                1,
                runtime.handle(),
                SandboxState.CREATING,
                null,
                request.template(),
                request.limits() == null ? settings.limits() : request.limits(),
                request.environment(),
                request.metadata(),
                now,
                now.plus(request.timeout()),
                null);
    }

    private Mono<Sandbox> launch(Entry entry, Duration timeout, Permit turn) {
        return changes.make(entry, Next::created)
                .flatMap(recorded -> started(entry, recorded))
                .flatMap(agent -> running(entry, agent, timeout))
                .doFinally(signal -> turn.close())
                .transform(made -> seenThrough(entry, made));
    }

    private Mono<Sandbox> seenThrough(Entry entry, Mono<Sandbox> made) {
        return made.onErrorResume(error -> failed(entry, error)).doOnTerminate(entry::creationOver);
    }

    /** Nothing is started for somebody who has left. */
    private Mono<Agent> started(Entry entry, Sandbox sandbox) {
        if (entry.wanted() != null) return Mono.empty();
        Instant latest = sandbox.endAt().plus(settings.creationLimit());
        SandboxSpec spec = new SandboxSpec(sandbox.id(), sandbox.template(), sandbox.limits(), latest);
        return runtime.start(spec)
                .flatMap(agent -> shown(spec).thenReturn(agent))
                .timeout(settings.creationLimit());
    }

    /** Completes when the runtime shows it as it was asked for; any error ends the creation at once. */
    private Mono<Limits> shown(SandboxSpec spec) {
        return Mono.defer(() -> runtime.shown(spec))
                .filter(spec.limits()::equals)
                .repeatWhenEmpty(looks -> looks.delayElements(LOOK_AGAIN));
    }

    /** Empty when its end has begun meanwhile: nobody waits for it any more. */
    private Mono<Sandbox> running(Entry entry, Agent agent, Duration timeout) {
        entry.hold(agent);
        return changes.make(entry, now -> run(entry, now, timeout)).flatMap(sandbox -> {
            if (watches.watch(entry, sandbox, agent))
                return Deadlines.push(entry).thenReturn(sandbox);
            return Mono.error(new RejectedExecutionException("No room to watch sandbox " + sandbox.id()));
        });
    }

    private @Nullable Next run(Entry entry, Sandbox now, Duration timeout) {
        if (now.state() != SandboxState.CREATING || entry.wanted() != null) return null;
        Instant at = clock.instant();
        return Next.running(now.started(at, at.plus(timeout)));
    }

    /** Whatever was made of a failed creation ends; where nothing was recorded, nothing was made. */
    private Mono<Sandbox> failed(Entry entry, Throwable error) {
        entry.creationOver();
        Mono<Void> gone = changes.discard(entry).flatMap(nothing -> nothing ? Mono.empty() : ended(entry));
        return gone.onErrorResume(unable -> ended(entry)).then(Mono.error(error));
    }

    private Mono<Void> ended(Entry entry) {
        entry.want(EndCause.NOT_CREATED);
        return ending.owned(entry, ending.end(entry, EndCause.NOT_CREATED));
    }

    private void neverBegun(Entry entry, Permit turn) {
        turn.close();
        if (entry.unrecorded()) entries.discard(entry);
    }
}
