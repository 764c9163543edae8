package dev.sandbar.session;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.Events;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;

/**
 * The sessions of this service. What is answered is recorded: it outlives the service, which has to {@link #recover} before
 * anything is answered.
 *
 * <p>Publishers are lazy unless said otherwise, wait for the recovery, and emit on the store's or the runtime's threads;
 * nothing blocks. Cancelling stops the watching only, never what was begun, but for {@link #tool} and {@link #presence}.
 * Errors meant for the caller are {@link SessionException}s and {@link dev.sandbar.sandbox.SandboxException}s; where the
 * store refuses ({@link dev.sandbar.store.StoreException}), nothing was changed. Whatever another owner has is {@link
 * SessionException.NotFound}.
 */
public final class Sessions {

    /** The type of the last event of each session's stream. */
    public static final String TERMINAL_EVENT = Story.ENDED;

    private final Sinks.Empty<Void> recovered = Sinks.empty();
    private final Entries entries = new Entries();
    private final Places places;
    private final Making making;
    private final Owing owing;
    private final Using using;
    private final Opening opening;
    private final Approving approving;
    private final Budgeting budgeting;
    private final Ending ending;
    private final Patching patching;
    private final ToolCalls tools;
    private final Recovering recovering;
    private final Sweeping sweeping;
    private final Parts parts;
    private final Scheduler scheduler;
    private volatile boolean stopping;

    /**
     * @param store keeps the records, with {@code events}, which is over the same store
     * @param turns by session id
     * @param tasks runs what outlives its request; needs room for three tasks a session
     * @param runner the tools that work in a sandbox
     * @param ends one of the listeners that {@code sandboxes} was made with
     * @param scheduler whose threads mustn't be blocked; the caller's own
     */
    public Sessions(
            Sandboxes sandboxes,
            HardwareCatalogue hardware,
            Store store,
            Events events,
            KeyedMutex<String> turns,
            BackgroundTasks tasks,
            ToolRunner runner,
            SandboxEnds ends,
            Clock clock,
            Scheduler scheduler,
            SessionSettings settings) {
        this.scheduler = scheduler;
        Records records = new Records(store, events);
        Changes changes = new Changes(turns, records, entries, this::changed);
        this.places = new Places(settings.most(), settings.mostPerOwner());
        this.parts = new Parts(sandboxes, hardware, entries, changes, new Ids(), tasks, clock, settings);
        this.owing = new Owing(parts, scheduler);
        Creating creating = new Creating(parts, new CreationTurns(settings.creations(), scheduler));
        this.making = new Making(parts, creating, new Replacing(parts, creating, new Carrying(sandboxes)), owing);
        this.using = new Using(parts);
        Providing providing = new Providing(parts, making);
        this.approving = new Approving(parts, using, providing);
        this.opening = new Opening(parts, places, using, approving);
        this.budgeting = new Budgeting(parts);
        this.ending = new Ending(parts, owing);
        this.patching = new Patching(parts);
        this.tools = new ToolCalls(parts, using, providing, runner, new CreateTool(hardware, approving));
        this.recovering = new Recovering(parts, places, records, making, owing);
        this.sweeping = new Sweeping(parts, making, owing, ending, approving, budgeting);
        ends.tell(new Losing(parts)::ended);
    }

    /** In the session's turn. */
    private void changed(Entry entry) {
        making.look(entry);
        owing.look(entry);
    }

    /**
     * Takes up what an earlier run has left, once, after the sandboxes were recovered. Sandboxes that outlived the service
     * are kept; what was being made is made again; what is owed is ended; tool calls that were cut off get their end in the
     * events. Fails when the store refuses; no session was taken up then, and it may be tried again. To be owned by a task.
     */
    public Mono<SessionRecovery> recover() {
        return recovering.recover().doOnNext(done -> recovered.tryEmitEmpty());
    }

    /** Completes when {@link #recover} has. */
    public Mono<Void> recovered() {
        return recovered.asMono();
    }

    /**
     * Opens a session, or finds the owner's live one of that key; its sandbox is made in the background, and never waited
     * for. Fails with {@link SessionException.LimitReached}, {@link SessionException.UnknownHardware}, {@link
     * SessionException.Invalid} and {@link dev.sandbar.sandbox.SandboxException.UnknownTemplate}.
     */
    public Mono<Opened> open(SessionRequest request) {
        return open(newId(), request);
    }

    /** As {@link #open(SessionRequest)}, under an id of {@link #newId} where it is a new one. */
    public Mono<Opened> open(String id, SessionRequest request) {
        return recovered().then(Mono.defer(() -> opening.open(id, request)));
    }

    /** An id that no session has. */
    public String newId() {
        return parts.ids().next(Ids.SESSION);
    }

    /** One session, also one that has ended, as long as it is remembered. Starts nothing. */
    public Mono<Session> get(String owner, String id) {
        return of(owner, id, entry -> Mono.just(entry.now()));
    }

    /** A page of an owner's sessions, those that have ended included. Starts nothing. */
    public Mono<SessionQuery.Page> list(String owner, SessionQuery query) {
        return recovered().then(Mono.fromSupplier(() -> query.of(entries.of(owner))));
    }

    /** Emits the changed session; {@link SessionException.Stale} when it has another revision. */
    public Mono<Session> update(String owner, String id, SessionPatch patch) {
        return of(owner, id, entry -> patching.patch(entry, patch));
    }

    /**
     * Ends it; completes when it is recorded and the end of its sandbox was verified. Fails when that can't be done now,
     * and it is tried again until it succeeds.
     */
    public Mono<Void> end(String owner, String id) {
        return of(owner, id, entry -> ending.end(entry, Words.BY_CLIENT));
    }

    /**
     * Asks for hardware. Emits when a sandbox of it answers, or a person has to decide. Fails with {@link
     * SessionException.UnknownHardware}, {@link SessionException.NoSandbox}, {@link SessionException.Conflict} and {@link
     * SessionException.LimitReached}.
     *
     * @param hardware null for the default
     */
    public Mono<Provision> provision(String owner, String id, @Nullable String hardware) {
        return of(owner, id, entry -> approving.provision(entry, hardware));
    }

    /** Its approvals, oldest first: the pending ones and the newest of the others. */
    public Flux<Approval> approvals(String owner, String id) {
        return get(owner, id).flatMapIterable(Session::approvals);
    }

    /**
     * A person's decision. Emits the approval with what became of it, or without where that takes longer than calls wait.
     * Fails with {@link SessionException.Conflict} when it isn't pending any more, or the session's budget doesn't cover it:
     * it is still pending then.
     */
    public Mono<Approval> decide(
            String owner, String id, String approvalId, Approval.Decision decision, @Nullable String note) {
        return of(owner, id, entry -> approving.decide(entry, approvalId, decision, note));
    }

    /**
     * Switches the budget on or off.
     *
     * @param capMicros in millionths of a US dollar; null for what it was
     */
    public Mono<AutoApproval> autoApproval(String owner, String id, boolean enabled, @Nullable Long capMicros) {
        return of(
                owner,
                id,
                entry -> parts.tasks()
                        .start(
                                "Budget of session " + id,
                                parts.changes()
                                        .make(
                                                entry,
                                                session -> approving.reconsidered(
                                                        budgeting.set(session, enabled, capMicros))))
                        .map(Session::autoApproval));
    }

    /**
     * Ends its sandbox; completes when that is recorded, and it is then carried out. A session without one is left as it is.
     *
     * @param wish whether a page was left: that waits for a while, is withdrawn by whoever is there or comes back, and never
     *     ends a running tool
     */
    public Mono<Void> teardown(String owner, String id, boolean wish) {
        return of(owner, id, entry -> wish ? ending.wish(entry) : ending.tearDown(entry, Words.BY_CLIENT));
    }

    /** Ends the tools that run in it now, and nothing else. */
    public Mono<Void> interrupt(String owner, String id) {
        return of(
                owner, id, entry -> Mono.<Void>fromRunnable(() -> entry.calls().cut(Cut.INTERRUPTED)));
    }

    /**
     * Runs a tool: waits for the session's sandbox, with {@link ToolEvent.Progress}, and emits {@link ToolEvent.End} last,
     * also where there is no sandbox or it is interrupted. Cancelling ends the tool. Fails with {@link
     * dev.sandbar.session.tool.ToolArgumentException} or {@link SessionException.Invalid} before anything is done, {@link
     * SessionException.Ended} and {@link SessionException.LimitReached}.
     */
    public Flux<ToolEvent> tool(String owner, String id, String name, JsonNode arguments) {
        return recovered().thenMany(Flux.defer(() -> {
            if (stopping) throw new RejectedExecutionException("The service stops");
            return tools.call(entries.own(owner, id), name, arguments);
        }));
    }

    /**
     * The service stops: lets no tool call begin any more, and gives those that run their ends, with what they have printed
     * so far. Completes when all have theirs. Lazy; whoever stops commands does so while this is subscribed to, so that
     * these say by themselves what goes on.
     */
    public Mono<Void> stopCalls() {
        return Mono.defer(() -> {
            stopping = true;
            return new Stopping(entries.all(), scheduler).stopped();
        });
    }

    /** The tools of a session. */
    public Mono<List<ToolDescription>> tools(String owner, String id) {
        return of(owner, id, entry -> Mono.just(tools.descriptions()));
    }

    /** Says that somebody watches the session, for as long as this is subscribed to; never completes. */
    public Mono<Void> presence(String owner, String id) {
        return of(owner, id, using::presence);
    }

    /** The stream in which the events of a session are. */
    public static String stream(String id) {
        return Records.stream(id);
    }

    /**
     * One pass over what time has made due; for a {@link dev.sandbar.async.Sweeper}. Begins it without waiting for it, and
     * nothing before {@link #recover}.
     */
    public Mono<Void> sweep() {
        return Mono.fromRunnable(() -> {
            if (recovered.scanOrDefault(Scannable.Attr.TERMINATED, false)) sweeping.sweep();
        });
    }

    /** How many sessions are active. */
    public int active() {
        return places.taken();
    }

    /** For tests. */
    Entries entries() {
        return entries;
    }

    private <T> Mono<T> of(String owner, String id, Function<Entry, Mono<T>> work) {
        return recovered().then(Mono.defer(() -> work.apply(entries.own(owner, id))));
    }
}
