package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.json.JsonMapper;

/**
 * A machine, a store, and one run of the service after another over both, all in virtual time and on the test's thread.
 * It remembers what clients were told.
 */
final class World implements AutoCloseable {

    static final Duration HOUR = Duration.ofHours(1);
    static final int TASKS = 5000;
    static final SandboxSettings SETTINGS = new SandboxSettings(
            new Limits(1, 128, 64, 64),
            1200,
            1100,
            Duration.ofHours(24),
            Duration.ofSeconds(15),
            new SandboxSettings.Keep(Duration.ofHours(2), 2000, Duration.ofHours(24)));
    private static final Duration BEAT = Duration.ofSeconds(1);

    final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    final TestClock clock = new TestClock();
    final Host host = new Host();
    final MemoryStore store = new MemoryStore();
    final List<Ask<Sandbox>> creations = new ArrayList<>();
    final List<Ask<?>> others = new ArrayList<>();
    private final Map<String, Set<EndCause>> honest = new HashMap<>();
    private final Set<EndCause> honestOfAll = EnumSet.noneOf(EndCause.class);
    private boolean crashed;
    private Run run = begin();

    /** One run of the service. */
    record Run(
            Faults faults, FaultyStore store, BackgroundTasks tasks, KeyedMutex<String> turns, Sandboxes sandboxes) {}

    private Run begin() {
        Faults faults = new Faults();
        FaultyStore faulty = new FaultyStore(store, faults);
        BackgroundTasks tasks = new BackgroundTasks("tasks", TASKS, Schedulers.parallel());
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        Events events =
                new Events(faulty, JsonMapper.builder().build(), EventSettings.DEFAULT, clock, Schedulers.parallel());
        HostRuntime runtime = new HostRuntime(host, faults);
        Sandboxes sandboxes = new Sandboxes(
                runtime, faulty, events, turns, tasks, clock, SETTINGS, List.of((sandbox, cause) -> Mono.empty()));
        faults.stop = tasks::close;
        return new Run(faults, faulty, tasks, turns, sandboxes);
    }

    /** A world whose service runs. */
    static World running() {
        World world = new World();
        world.recover();
        return world;
    }

    Run run() {
        return run;
    }

    Sandboxes sandboxes() {
        return run.sandboxes();
    }

    Faults faults() {
        return run.faults();
    }

    /** The service is gone from one moment to the other, and another begins, which has not recovered yet. */
    void crash() {
        run.faults().die();
        crashed = true;
        creations.removeIf(ask -> !ask.answered());
        others.removeIf(ask -> !ask.answered());
        run = begin();
    }

    /** Whether clients may be without an answer about something that was done. */
    boolean crashed() {
        return crashed;
    }

    /** It may have come to its end by this from now on. */
    void allow(String id, EndCause cause) {
        honest.computeIfAbsent(id, key -> EnumSet.noneOf(EndCause.class)).add(cause);
    }

    void allowAll(EndCause cause) {
        honestOfAll.add(cause);
    }

    boolean honest(Sandbox ended) {
        EndCause cause = Objects.requireNonNull(ended.cause());
        return honestOfAll.contains(cause)
                || honest.getOrDefault(ended.id(), Set.of()).contains(cause);
    }

    /** Nobody asks any more about the sandboxes that there were. */
    void forgetRequests() {
        creations.clear();
        others.clear();
    }

    Ask<Recovery> recover() {
        Ask<Recovery> recovery = new Ask<>();
        run.tasks().start("Recovery", sandboxes().recover()).subscribe(recovery);
        advance(Duration.ZERO);
        return recovery;
    }

    Ask<Sandbox> create() {
        return create(HOUR);
    }

    Ask<Sandbox> create(Duration timeout) {
        Ask<Sandbox> ask = new Ask<>();
        creations.add(ask);
        faults().leave = ask::leave;
        SandboxRequest request = new SandboxRequest("ann", "base", timeout, Map.of("A", "1"), Map.of("m", "x"));
        sandboxes().create(request).subscribe(ask);
        advance(Duration.ZERO);
        return ask;
    }

    /** The id of one that was created and runs. */
    String created(Duration timeout) {
        return Objects.requireNonNull(create(timeout).value()).id();
    }

    Ask<Void> kill(String id) {
        allow(id, EndCause.KILLED);
        return ask(sandboxes().kill("ann", id));
    }

    Ask<Sandbox> extend(String id, Duration timeout) {
        return ask(sandboxes().extend("ann", id, timeout));
    }

    <T> Ask<T> ask(Mono<T> request) {
        Ask<T> ask = new Ask<>();
        others.add(ask);
        faults().leave = ask::leave;
        request.subscribe(ask);
        advance(Duration.ZERO);
        return ask;
    }

    Sandbox known(String id) {
        return Objects.requireNonNull(ask(sandboxes().known("ann", id)).value());
    }

    /** Lets time pass, with the sweeps that belong to it. */
    void advance(Duration by) {
        time.advanceTimeBy(Duration.ZERO);
        for (Duration left = by; !left.isZero(); left = left.minus(BEAT)) {
            clock.advance(BEAT);
            time.advanceTimeBy(BEAT);
            if (!faults().dead()) run.tasks().start("Sweep", sandboxes().sweep());
            time.advanceTimeBy(Duration.ZERO);
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** Nothing goes wrong any more; a service that is gone is started again. */
    void settle() {
        faults().heal();
        if (faults().dead()) crash();
        if (!sandboxes().recovered().toFuture().isDone()) recover();
        advance(Duration.ofMinutes(3));
    }

    @Override
    public void close() {
        run.tasks().close();
        VirtualTimeScheduler.reset();
    }
}
