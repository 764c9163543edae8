package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The sandboxes of this service.
 *
 * <p>Publishers are lazy unless said otherwise and emit on the runtime's threads; nothing blocks. Errors meant for the
 * caller are {@link SandboxException}s, those of the host {@link dev.sandbar.runtime.RuntimeUnavailableException}s.
 */
public final class Sandboxes {

    private final SandboxTable table;
    private final SandboxRuntime runtime;
    private final BackgroundTasks tasks;
    private final Clock clock;
    private final SandboxSettings settings;
    private final SandboxEnds ends;
    private final Meter meter;

    /**
     * @param tasks runs creations, ends and watches; needs room for three tasks a sandbox
     * @param listeners told about every end
     */
    public Sandboxes(
            SandboxRuntime runtime,
            BackgroundTasks tasks,
            Clock clock,
            SandboxSettings settings,
            List<SandboxListener> listeners) {
        this.runtime = runtime;
        this.tasks = tasks;
        this.clock = clock;
        this.settings = settings;
        this.table = new SandboxTable(settings.most());
        this.ends = new SandboxEnds(table, runtime, tasks, clock, listeners);
        this.meter = new Meter(runtime);
    }

    /**
     * Makes a sandbox and emits it when it answers. The creation is a task of its own; cancelling before it has
     * answered ends the sandbox, whatever has been made of it.
     */
    public Mono<Sandbox> create(SandboxRequest request) {
        return Mono.defer(() -> {
            check(request.timeout());
            Entry entry = table.enter(id -> record(id, request));
            return tasks.start("Creation of " + entry.now().id(), launch(entry, request.timeout()))
                    .doOnError(RejectedExecutionException.class, refused -> ends.begin(entry, EndCause.NOT_CREATED))
                    .doOnCancel(() -> ends.begin(entry, EndCause.KILLED));
        });
    }

    private Sandbox record(String id, SandboxRequest request) {
        if (!runtime.capabilities().templates().contains(request.template())) {
            throw new SandboxException.UnknownTemplate(
                    request.template(), runtime.capabilities().templates());
        }
        Instant now = clock.instant();
        return new Sandbox(
                id,
                request.owner(),
                1,
                SandboxState.CREATING,
                request.template(),
                settings.limits(),
                request.environment(),
                request.metadata(),
                now,
                now.plus(request.timeout()));
    }

    private Mono<Sandbox> launch(Entry entry, Duration timeout) {
        Sandbox first = entry.now();
        Instant latest = first.endAt().plus(settings.creationLimit());
        SandboxSpec spec = new SandboxSpec(first.id(), first.template(), first.limits(), latest);
        return runtime.start(spec)
                .timeout(settings.creationLimit())
                .flatMap(agent -> running(entry, agent, timeout))
                .onErrorResume(error -> failed(entry, error))
                .doOnTerminate(entry::creationOver);
    }

    /** Empty when its end has begun meanwhile: nobody waits for it any more. */
    private Mono<Sandbox> running(Entry entry, Agent agent, Duration timeout) {
        Instant now = clock.instant();
        Sandbox sandbox = entry.run(agent, made -> made.started(now).withEndAt(now.plus(timeout)));
        if (sandbox == null) {
            return Mono.empty();
        }
        tasks.start("Watch of " + sandbox.id(), agent.gone().then(gone(entry)));
        return pushDeadline(entry).thenReturn(sandbox);
    }

    private Mono<Void> gone(Entry entry) {
        return Mono.fromRunnable(() -> ends.begin(entry, EndCause.AGENT_GONE));
    }

    /** Whatever was made of a failed creation ends; its record goes after that was verified. */
    private Mono<Sandbox> failed(Entry entry, Throwable error) {
        entry.creationOver();
        return ends.begin(entry, EndCause.NOT_CREATED).onErrorComplete().then(Mono.error(error));
    }

    /** All running sandboxes of an owner, oldest first. */
    public List<Sandbox> list(String owner) {
        return table.running(sandbox -> sandbox.owner().equals(owner));
    }

    /** All running sandboxes of all owners, oldest first. */
    public List<Sandbox> list() {
        return table.running(sandbox -> true);
    }

    /** A running sandbox of this owner; {@link SandboxException.NotFound} otherwise. */
    public Sandbox get(String owner, String id) {
        Sandbox sandbox = own(owner, id).now();
        if (!sandbox.running()) {
            throw new SandboxException.NotFound(id);
        }
        return sandbox;
    }

    /** A running sandbox, whoever owns it, or null. */
    public @Nullable Sandbox find(String id) {
        Entry entry = table.find(id);
        return entry == null || !entry.now().running() ? null : entry.now();
    }

    /** The agent of a running sandbox; {@link SandboxException.NotFound} otherwise. */
    public Agent agent(String id) {
        Entry entry = table.find(id);
        Agent agent = entry == null ? null : entry.agent();
        if (agent == null) {
            throw new SandboxException.NotFound(id);
        }
        return agent;
    }

    /**
     * Measures what a running sandbox uses, which takes about 200 ms; {@link SandboxException.NotFound} when it isn't
     * running or ends meanwhile, and what {@link SandboxRuntime#usage} says otherwise.
     */
    public Mono<Reading> measure(String id) {
        return Mono.defer(() -> {
            Sandbox sandbox = find(id);
            if (sandbox == null) return Mono.error(new SandboxException.NotFound(id));
            return meter.read(sandbox)
                    .onErrorMap(error -> find(id) == null ? new SandboxException.NotFound(id) : error);
        });
    }

    /** Sets the deadline to this long from now, earlier or later than it was. */
    public Mono<Sandbox> setTimeout(String owner, String id, Duration timeout) {
        return renew(owner, id, timeout, (old, wanted) -> wanted);
    }

    /** Sets the deadline to this long from now if that is later than it was. */
    public Mono<Sandbox> extend(String owner, String id, Duration timeout) {
        return renew(owner, id, timeout, (old, wanted) -> wanted.isAfter(old) ? wanted : old);
    }

    /** An agent that can't be told is noticed by its watch; the deadline itself stands either way. */
    private Mono<Sandbox> renew(String owner, String id, Duration timeout, BinaryOperator<Instant> rule) {
        return Mono.defer(() -> {
            check(timeout);
            Entry entry = own(owner, id);
            Sandbox renewed = entry.renew(old -> rule.apply(old, clock.instant().plus(timeout)));
            return renewed == null
                    ? Mono.error(new SandboxException.NotFound(id))
                    : pushDeadline(entry)
                            .onErrorResume(AgentGoneException.class, gone -> Mono.empty())
                            .thenReturn(renewed);
        });
    }

    private static Mono<Void> pushDeadline(Entry entry) {
        return Mono.defer(() -> {
            Agent agent = entry.agent();
            return agent == null ? Mono.empty() : agent.deadline(entry.now().endAt());
        });
    }

    /** Ends a sandbox; completes when its end was verified. Whoever asks while it ends waits for the same end. */
    public Mono<Void> kill(String owner, String id) {
        return Mono.defer(() -> ends.begin(own(owner, id), EndCause.KILLED));
    }

    /** One pass over the deadlines and over ends that are owed; for a {@link dev.sandbar.async.Sweeper}. */
    public Mono<Void> sweep() {
        return Flux.defer(() -> Flux.fromIterable(table.all()))
                .doOnNext(ends::expire)
                .then();
    }

    private Entry own(String owner, String id) {
        Entry entry = table.find(id);
        if (entry == null || !entry.now().owner().equals(owner)) {
            throw new SandboxException.NotFound(id);
        }
        return entry;
    }

    private void check(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new SandboxException.Invalid("Timeout must be more than 0 seconds, not " + timeout.toSeconds());
        }
        if (timeout.compareTo(settings.longest()) > 0) {
            throw new SandboxException.Invalid("Timeout can't be greater than "
                    + settings.longest().toSeconds() + " seconds (sandbar.sandboxes.longest)");
        }
    }
}
