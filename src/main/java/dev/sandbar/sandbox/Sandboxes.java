package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The sandboxes of this service. What is answered is recorded: it outlives the service, which has to {@link #recover}
 * before anything else is done with them.
 *
 * <p>Publishers are lazy unless said otherwise and emit on the store's or the runtime's threads; nothing blocks. Errors
 * meant for the caller are {@link SandboxException}s, those of the host {@link
 * dev.sandbar.runtime.RuntimeUnavailableException}s and {@link dev.sandbar.store.StoreException}s. Where the store refuses,
 * nothing was changed; where it can't tell, the record is read again before the next change.
 */
public final class Sandboxes {

    /** The type of the last event of each sandbox's stream. */
    public static final String TERMINAL_EVENT = Next.ENDED;

    private static final int ENDS_AT_ONCE = 64;

    private final Sinks.Empty<Void> recovered = Sinks.empty();
    private final Places places;
    private final Entries entries;
    private final Ended ended;
    private final Records records;
    private final BackgroundTasks tasks;
    private final Requests requests;
    private final Ending ending;
    private final Creation creation;
    private final Renewal renewal;
    private final Rewording rewording;
    private final Recovering recovering;
    private final Forgetting forgetting;
    private final Leftovers leftovers;
    private final Meter meter;
    private final Parts parts;
    private final FullDisk full = new FullDisk();

    /**
     * @param store keeps the records, with {@code events}, which is over the same store
     * @param turns by sandbox id; may be shared with others who use ids of sandboxes as keys
     * @param tasks runs creations, ends and watches; needs room for three tasks a sandbox
     * @param listeners told about sandboxes that are adopted, end, and are forgotten
     */
    public Sandboxes(
            SandboxRuntime runtime,
            Store store,
            Events events,
            KeyedMutex<String> turns,
            BackgroundTasks tasks,
            Clock clock,
            SandboxSettings settings,
            List<SandboxListener> listeners) {
        this.tasks = tasks;
        this.ended = new Ended(settings.keep());
        this.places = new Places(settings.most(), settings.mostPerOwner());
        this.entries = new Entries(places, ended);
        this.records = new Records(store, events);
        Changes changes = new Changes(turns, records, entries);
        Listeners told = new Listeners(listeners);
        this.parts = new Parts(runtime, records, entries, ended, changes, told, tasks, clock, settings);
        this.requests = new Requests(runtime.capabilities(), settings);
        this.ending = new Ending(parts);
        Watches watches = new Watches(tasks, ending);
        this.creation = new Creation(parts, ending, watches);
        this.renewal = new Renewal(parts);
        this.rewording = new Rewording(parts);
        this.leftovers = new Leftovers(parts);
        this.recovering = new Recovering(parts, ending, watches, leftovers);
        this.forgetting = new Forgetting(parts);
        this.meter = new Meter(runtime);
    }

    /**
     * Takes up what an earlier run has left, once, before anything else is done. Sandboxes whose agents answer run on;
     * deadlines that have passed and ends that had begun are applied, though not waited for; what is half made or on the
     * host without a record is destroyed. Fails when the records can't be read; nothing was done then, and it may be
     * tried again. To be owned by a task.
     */
    public Mono<Recovery> recover() {
        return recovering.recover().doOnNext(done -> recovered.tryEmitEmpty());
    }

    /**
     * Completes when {@link #recover} has: before, {@link #find}, {@link #get} and {@link #list} don't show all that there
     * is. What changes something waits for it by itself.
     */
    public Mono<Void> recovered() {
        return recovered.asMono();
    }

    /**
     * Makes a sandbox and emits it when it answers and is recorded. Some are made at once, the others wait for their turn,
     * owner by owner; {@link SandboxException.Queued} when too many wait. What has begun is a task of its own; cancelling ends
     * the sandbox, whatever has been made of it, and leaves the line at once before. Whoever has got it and cancels what he
     * does with it in the same chain ends it too: the two can't be told apart.
     */
    public Mono<Sandbox> create(SandboxRequest request) {
        return Mono.defer(() -> create(newId(), request));
    }

    /**
     * As {@link #create(SandboxRequest)}, under an id that was noted before, so that it can be asked for when nobody knows
     * whether it was made.
     *
     * @param id of {@link #newId}, for one attempt only
     */
    public Mono<Sandbox> create(String id, SandboxRequest request) {
        return create(id, request, false);
    }

    /** As {@link #create(String, SandboxRequest)}; one that is {@code pressing} goes ahead of its owner's others. */
    public Mono<Sandbox> create(String id, SandboxRequest request, boolean pressing) {
        return Mono.defer(() -> {
            requests.check(request);
            return recovered().then(creation.create(id, request, pressing));
        });
    }

    /** An id for a sandbox that is to be made. */
    public String newId() {
        return entries.newId();
    }

    /** All running sandboxes of an owner, oldest first. */
    public List<Sandbox> list(String owner) {
        return entries.running(sandbox -> sandbox.owner().equals(owner));
    }

    /** All running sandboxes of all owners, oldest first. */
    public List<Sandbox> list() {
        return entries.running(sandbox -> true);
    }

    /** A running sandbox of this owner; {@link SandboxException.NotFound} otherwise. */
    public Sandbox get(String owner, String id) {
        Entry entry = own(owner, id);
        if (!entry.usable()) {
            throw new SandboxException.NotFound(id);
        }
        return entry.now();
    }

    /** A running sandbox, whoever owns it, or null. */
    public @Nullable Sandbox find(String id) {
        Entry entry = entries.find(id);
        return entry == null || !entry.usable() ? null : entry.now();
    }

    /**
     * The agent of a running sandbox; {@link SandboxException.NotFound} otherwise. While its owner's sandboxes fill the disk it
     * makes no new files.
     */
    public Agent agent(String id) {
        Entry entry = entries.find(id);
        Agent agent = entry == null ? null : entry.agent();
        if (entry == null || agent == null) {
            throw new SandboxException.NotFound(id);
        }
        return full.allowed(entry.now().owner(), agent);
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

    /**
     * A sandbox of this owner in whatever state, also one that has ended, as long as it is remembered; {@link
     * SandboxException.NotFound} otherwise.
     */
    public Mono<Sandbox> known(String owner, String id) {
        Mono<Sandbox> found = Mono.defer(() -> {
            Entry entry = entries.find(id);
            if (entry != null) return Mono.just(entry.now());
            return ended.contains(id) ? records.read(id).map(Records.Kept::sandbox) : Mono.empty();
        });
        return found.filter(sandbox -> sandbox.owner().equals(owner))
                .switchIfEmpty(Mono.error(() -> new SandboxException.NotFound(id)));
    }

    /** Names of the users that commands can run as. */
    public List<String> users() {
        return requests.users();
    }

    /** Names of the templates that sandboxes can be made from. */
    public List<String> templates() {
        return requests.templates();
    }

    /** The stream in which the events of a sandbox are. */
    public static String stream(String id) {
        return Records.stream(id);
    }

    /**
     * Whether there is a record of this sandbox, or about to be one: it may have ended, and it may be one that can't be
     * read.
     */
    public boolean remembers(String id) {
        return entries.find(id) != null || ended.contains(id) || leftovers.spares(id);
    }

    /** How many there are, those that are being made or ended included. */
    public int count() {
        return entries.count();
    }

    /**
     * Sets the deadline to this long from now, earlier or later than it was; zero ends the sandbox at once, as expired,
     * without waiting for its end. A cancel doesn't undo it.
     */
    public Mono<Sandbox> setTimeout(String owner, String id, Duration timeout) {
        Mono<Sandbox> set = renew(owner, id, timeout, (old, wanted) -> wanted);
        return timeout.isZero() ? set.doOnNext(sandbox -> ending.want(own(owner, id), EndCause.EXPIRED)) : set;
    }

    /** Sets the deadline to this long from now if that is later than it was. A cancel doesn't undo it. */
    public Mono<Sandbox> extend(String owner, String id, Duration timeout) {
        return renew(owner, id, timeout, (old, wanted) -> wanted.isAfter(old) ? wanted : old);
    }

    private Mono<Sandbox> renew(String owner, String id, Duration timeout, BinaryOperator<Instant> rule) {
        return recovered().then(Mono.defer(() -> {
            requests.check(timeout);
            return renewal.renew(own(owner, id), timeout, rule);
        }));
    }

    /**
     * Changes an owner's words about a running sandbox, all of them or none, and emits what it has become; a patch that
     * changes nothing writes nothing. Fails with {@link SandboxException.NotFound}, {@link SandboxException.Stale} when the
     * patch's condition isn't met, {@link SandboxException.Invalid} when there would be too much. A cancel doesn't undo it.
     */
    public Mono<Sandbox> patchMetadata(String owner, String id, MetadataPatch patch) {
        return recovered().then(Mono.defer(() -> rewording.reword(own(owner, id), patch)));
    }

    /**
     * Ends a sandbox; completes when its end was verified and recorded. Whoever asks while it ends waits for the same
     * end. An end that fails is owed: it is tried again until it succeeds. A cancel doesn't stop it.
     */
    public Mono<Void> kill(String owner, String id) {
        return recovered().then(Mono.defer(() -> ended(own(owner, id))));
    }

    /**
     * Lets {@link #create} be refused with a {@link java.util.concurrent.RejectedExecutionException} from now on, for those
     * too who wait for their turn.
     */
    public void createNoMore() {
        entries.close();
        creation.close();
    }

    /** Ends all sandboxes; emits for how many that was verified and recorded. The others stay owed, if recorded at all. */
    public Mono<Integer> endAll() {
        Flux<Entry> all = recovered().thenMany(Flux.defer(() -> Flux.fromIterable(entries.all())));
        return all.flatMap(entry -> ended(entry).thenReturn(1).onErrorReturn(0), ENDS_AT_ONCE)
                .reduce(0, Integer::sum);
    }

    private Mono<Void> ended(Entry entry) {
        return Mono.defer(() -> tasks.start("End of " + entry.id(), ending.end(entry, EndCause.KILLED)));
    }

    /**
     * One pass over the deadlines, over ends that are owed, and over what is to be forgotten; for a {@link
     * dev.sandbar.async.Sweeper}. Begins what is due without waiting for it, and nothing before {@link #recover}.
     */
    public Mono<Void> sweep() {
        return Mono.fromRunnable(() -> {
            if (!recovered.scanOrDefault(Scannable.Attr.TERMINATED, false)) return;
            entries.all().forEach(ending::look);
            forgetting.look();
            leftovers.look();
        });
    }

    /** What keeps a reserve of the disk that all of them share; to be looked with again and again. */
    public DiskWatch diskWatch(DiskSettings settings) {
        return new DiskWatch(parts, ending, full, settings);
    }

    /** For tests and figures. */
    Places places() {
        return places;
    }

    private Entry own(String owner, String id) {
        Entry entry = entries.find(id);
        if (entry == null || !entry.now().owner().equals(owner)) {
            throw new SandboxException.NotFound(id);
        }
        return entry;
    }
}
