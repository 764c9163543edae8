package dev.sandbar.session;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.Store;
import dev.sandbar.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.retry.Retry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A machine, a store, and one run of the service after another over both, all in virtual time and on the test's thread.
 */
final class House implements AutoCloseable {

    static final int TASKS = 20_000;
    static final Limits LIMITS = new Limits(1, 128, 64, 64);
    static final String CATALOGUE = """
            default: cpu-basic
            hardware:
              cpu-basic: {usd-per-hour: 0}
              cpu-upgrade: {cpus: 4, usd-per-hour: 0.05}
              big: {cpus: 8, usd-per-hour: 1}
              bigger: {cpus: 16, usd-per-hour: 2}
              gpu: {gpus: 1, usd-per-hour: 80, runtimes: [pods]}
              huge: {cpus: 64, usd-per-hour: 80}
            """;
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    final VirtualClock clock = new VirtualClock(time);
    final Machine machine = new Machine();
    final MemoryStore store = new MemoryStore();
    SessionSettings settings = SessionSettings.DEFAULT;
    String catalogue = CATALOGUE;
    Duration creationLimit = Duration.ofSeconds(15);
    private Run run;

    /** One run of the service. */
    record Run(
            Faults faults,
            BackgroundTasks tasks,
            KeyedMutex<String> turns,
            Sandboxes sandboxes,
            Sessions sessions,
            ScriptedTools tools) {}

    House() {
        run = begin();
    }

    private Run begin() {
        Faults faults = new Faults();
        FaultyStore faulty = new FaultyStore(store, faults);
        BackgroundTasks tasks = new BackgroundTasks("tasks", TASKS, Schedulers.parallel());
        Events events = new Events(faulty, JSON, EventSettings.DEFAULT, clock, Schedulers.parallel());
        SandboxEnds ends = new SandboxEnds();
        SandboxSettings limits = new SandboxSettings(
                LIMITS,
                10_000,
                10_000,
                Duration.ofHours(24),
                creationLimit,
                SandboxSettings.Keep.DEFAULT,
                new SandboxSettings.Creations(64, 1000, 1000, Duration.ofMinutes(1)));
        KeyedMutex<String> ofSandboxes = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        Sandboxes sandboxes = new Sandboxes(
                new MachineRuntime(machine, faults), faulty, events, ofSandboxes, tasks, clock, limits, List.of(ends));
        KeyedMutex<String> turns = new KeyedMutex<>("sessions", Schedulers.parallel());
        ScriptedTools tools = new ScriptedTools();
        HardwareCatalogue hardware = HardwareCatalogue.read(catalogue, "the test", LIMITS, "machine");
        Sessions sessions = new Sessions(
                sandboxes, hardware, faulty, events, turns, tasks, tools, ends, clock, Schedulers.parallel(), settings);
        return new Run(faults, tasks, turns, sandboxes, sessions, tools);
    }

    /** A house whose service runs. */
    static House running() {
        House house = new House();
        house.recover();
        return house;
    }

    static House running(SessionSettings settings) {
        House house = new House();
        house.settings = settings;
        house.run = house.begin();
        house.recover();
        return house;
    }

    /** One with other sizes. */
    static House with(String catalogue) {
        House house = new House();
        house.catalogue = catalogue;
        house.run = house.begin();
        house.recover();
        return house;
    }

    /** Changes the record of a session, while no service runs, to that of an evicted one. */
    void evict(String id) {
        SessionCodec codec = new SessionCodec();
        Document document = Objects.requireNonNull(store.find(Records.KIND, id).block());
        Draft draft = codec.read(document.content()).edit();
        draft.idle = true;
        draft.slot = draft.slot.tornDown(Words.BY_IDLENESS, now());
        store.commit(new Change.Put(Records.KIND, id, document.version(), codec.write(draft.build())))
                .block();
    }

    Run run() {
        return run;
    }

    /** The store, as this run meets it. */
    Store storeOfRun() {
        return new FaultyStore(store, run.faults());
    }

    Sessions sessions() {
        return run.sessions();
    }

    Faults faults() {
        return run.faults();
    }

    ScriptedTools tools() {
        return run.tools();
    }

    /** The service is gone from one moment to the other, and another begins, which has not recovered yet. */
    void crash() {
        run.faults().die();
        run = begin();
    }

    void restart() {
        crash();
        recover();
    }

    /** As the service does: what fails is begun again. */
    void recover() {
        Retry again = Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(500));
        run.tasks()
                .start(
                        "Recovery",
                        run.sandboxes()
                                .recover()
                                .retryWhen(again)
                                .then(run.sessions().recover().retryWhen(again)));
        advance(Duration.ZERO);
    }

    <T> Ask<T> ask(Publisher<T> request) {
        Ask<T> ask = new Ask<>();
        request.subscribe(ask);
        advance(Duration.ZERO);
        return ask;
    }

    static SessionRequest request(@Nullable String key) {
        return new SessionRequest("ann", key, "t", "base", null, Map.of("m", "x"), Map.of("E", "1"), null, null);
    }

    /** The id of a new one. */
    String open() {
        return ask(sessions().open(request(null))).value().session().id();
    }

    Session get(String id) {
        return ask(sessions().get("ann", id)).value();
    }

    Slot slot(String id) {
        return get(id).slot();
    }

    String sandboxOf(String id) {
        return Objects.requireNonNull(slot(id).sandboxId());
    }

    Ask<ToolEvent> bash(String id, String command) {
        return ask(sessions().tool("ann", id, "bash", json("{\"command\":\"" + command + "\"}")));
    }

    Ask<Provision> provision(String id, String hardware) {
        return ask(sessions().provision("ann", id, hardware));
    }

    Ask<Approval> decide(String id, String approvalId, Approval.Decision decision) {
        return ask(sessions().decide("ann", id, approvalId, decision, null));
    }

    Approval approval(String id, String approvalId) {
        return Objects.requireNonNull(get(id).approval(approvalId));
    }

    static Approval.Outcome outcome(Approval approval) {
        return Objects.requireNonNull(approval.outcome());
    }

    Ask<AutoApproval> budget(String id, boolean enabled, double cap) {
        return ask(sessions().autoApproval("ann", id, enabled, Math.round(cap * 1_000_000)));
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    static ToolResult result(Ask<ToolEvent> call) {
        ToolEvent last = call.value();
        if (last instanceof ToolEvent.End end) return end.result();
        throw new AssertionError("no end: " + call.values);
    }

    /** The types of its events, in order. */
    List<String> events(String id) {
        List<String> types = new ArrayList<>();
        for (LogEntry entry : Objects.requireNonNull(store.read("events/" + Sessions.stream(id), 0, 10_000)
                .collectList()
                .block())) {
            String json = new String(entry.content(), StandardCharsets.UTF_8);
            types.add(json.substring(9, json.indexOf('"', 9)));
        }
        return types;
    }

    /** The ids of the calls in its events of this type, in order. */
    List<String> calls(String id, String type) {
        return story(id)
                .lines()
                .map(House::json)
                .filter(event -> event.path("type").asString().equals(type))
                .map(event -> event.path("toolCallID").asString())
                .toList();
    }

    String story(String id) {
        StringBuilder all = new StringBuilder();
        for (LogEntry entry : Objects.requireNonNull(store.read("events/" + Sessions.stream(id), 0, 10_000)
                .collectList()
                .block())) {
            all.append(new String(entry.content(), StandardCharsets.UTF_8)).append('\n');
        }
        return all.toString();
    }

    /** Lets time pass, with the sweeps that belong to it. */
    void advance(Duration by) {
        time.advanceTimeBy(Duration.ZERO);
        for (Duration left = by; left.compareTo(Duration.ZERO) > 0; left = left.minus(BEAT)) {
            time.advanceTimeBy(BEAT);
            if (!faults().dead()) {
                run.tasks().start("Sweep", run.sandboxes().sweep());
                run.tasks().start("Sweep", run.sessions().sweep());
            }
            time.advanceTimeBy(Duration.ZERO);
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** What is on the machine. */
    Set<String> boxes() {
        return Set.copyOf(machine.boxes.keySet());
    }

    @Override
    public void close() {
        run.tasks().close();
        VirtualTimeScheduler.reset();
    }
}
