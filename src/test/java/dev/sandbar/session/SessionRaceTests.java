package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.util.RaceTestUtils;
import tools.jackson.databind.json.JsonMapper;

/** Many who want something of sessions at the same moment, on real threads. */
class SessionRaceTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int ROUNDS = Integer.getInteger("sandbar.races", 100);
    private static final SessionSettings FEW = new SessionSettings(
            50,
            10,
            Duration.ofMinutes(15),
            Duration.ofDays(1),
            Duration.ofHours(1),
            5_000_000,
            SessionSettings.Waits.DEFAULT,
            SessionSettings.Creations.DEFAULT,
            SessionSettings.Keep.DEFAULT);

    private final MemoryStore store = new MemoryStore();
    private final CountingMachine machine = new CountingMachine();
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 10_000, Schedulers.parallel());
    private final KeyedMutex<String> turns = new KeyedMutex<>("sessions", Schedulers.parallel());
    private final Scheduler clients = Schedulers.newParallel("clients", 4);
    private final Sessions sessions = sessions();

    private Sessions sessions() {
        Events events = new Events(
                store, JsonMapper.builder().build(), EventSettings.DEFAULT, Clock.systemUTC(), Schedulers.parallel());
        SandboxEnds ends = new SandboxEnds();
        SandboxSettings limits = new SandboxSettings(
                House.LIMITS, 1000, 1000, Duration.ofHours(24), MINUTE, SandboxSettings.Keep.DEFAULT);
        KeyedMutex<String> ofSandboxes = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        Sandboxes sandboxes =
                new Sandboxes(machine, store, events, ofSandboxes, tasks, Clock.systemUTC(), limits, List.of(ends));
        HardwareCatalogue hardware = HardwareCatalogue.read(House.CATALOGUE, "the test", House.LIMITS, "counting");
        Sessions made = new Sessions(
                sandboxes,
                hardware,
                store,
                events,
                turns,
                tasks,
                new ScriptedTools(),
                ends,
                Clock.systemUTC(),
                Schedulers.parallel(),
                FEW);
        sandboxes.recover().then(made.recover()).block(MINUTE);
        return made;
    }

    @AfterEach
    void close() {
        tasks.close();
        clients.dispose();
    }

    private String open(@Nullable String key) {
        return Objects.requireNonNull(sessions.open(House.request(key)).block(MINUTE))
                .session()
                .id();
    }

    private Session get(String id) {
        return Objects.requireNonNull(sessions.get("ann", id).block(MINUTE));
    }

    private Mono<ToolEvent> bash(String id) {
        return sessions.tool("ann", id, "bash", House.json("{\"command\":\"x\"}"))
                .last();
    }

    private static <T> void quietly(Mono<T> work) {
        work.onErrorComplete(SessionException.class).block(MINUTE);
    }

    /** Whatever happened, the machine has what the record says when all is quiet. */
    private void settled(String id) {
        Awaitility.await().atMost(MINUTE).until(() -> {
            sessions.sweep().block(MINUTE);
            Session session = get(id);
            Set<String> wanted = session.slot().sandboxId() == null
                    ? Set.of()
                    : Set.of(session.slot().sandboxId());
            return session.owed().isEmpty()
                    && !session.slot().state().inFlight()
                    && machine.living.equals(wanted)
                    && turns.keys() == 0;
        });
    }

    @Test
    void fiftyOpeningsOfOneKeyMakeOneSession() {
        for (int round = 0; round < 20; round++) {
            String key = "k" + round;
            List<String> ids = Flux.range(0, 50)
                    .flatMap(i -> sessions.open(House.request(key)).subscribeOn(clients), 50)
                    .map(opened -> opened.session().id())
                    .distinct()
                    .collectList()
                    .block(MINUTE);
            assertThat(ids).hasSize(1);
            String id = Objects.requireNonNull(ids).get(0);
            sessions.end("ann", id).block(MINUTE);
            settled(id);
        }
    }

    @Test
    void w9FortyOpeningsOfOneOwnerStopAtItsLimit() {
        List<Boolean> opened = Flux.range(0, 40)
                .flatMap(
                        i -> sessions.open(House.request(null))
                                .subscribeOn(clients)
                                .map(one -> true)
                                .onErrorReturn(SessionException.LimitReached.class, false),
                        40)
                .collectList()
                .block(MINUTE);
        assertThat(Objects.requireNonNull(opened).stream().filter(one -> one)).hasSize(10);
        assertThat(sessions.active()).isEqualTo(10);
    }

    @Test
    void callAndTeardownLeaveWhatTheRecordSays() {
        String id = open(null);
        for (int round = 0; round < ROUNDS; round++) {
            RaceTestUtils.race(() -> quietly(bash(id)), () -> quietly(sessions.teardown("ann", id, false)));
        }
        settled(id);
        assertThat(Objects.requireNonNull(bash(id).block(MINUTE))).isInstanceOf(ToolEvent.End.class);
    }

    @Test
    void replacementAndTeardownLeaveAtMostOneSandbox() {
        String id = open(null);
        sessions.autoApproval("ann", id, true, 5_000_000L).block(MINUTE);
        for (int round = 0; round < ROUNDS; round++) {
            String hardware = round % 2 == 0 ? "cpu-upgrade" : "big";
            RaceTestUtils.race(
                    () -> quietly(sessions.provision("ann", id, hardware)),
                    () -> quietly(sessions.teardown("ann", id, false)));
        }
        settled(id);
        AutoApproval budget = get(id).autoApproval();
        assertThat(budget.usedMicros()).isLessThanOrEqualTo(budget.capMicros());
    }

    @Test
    void callAndEndLeaveNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = open(null);
            RaceTestUtils.race(() -> quietly(bash(id)), () -> quietly(sessions.end("ann", id)));
            settled(id);
            assertThat(get(id).endedAt()).isNotNull();
        }
        assertThat(machine.living).isEmpty();
        assertThat(sessions.active()).isZero();
    }

    @Test
    void endRightBehindAReplacementIsWholeWhenItIsAnswered() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = open(null);
            sessions.autoApproval("ann", id, true, 5_000_000L).block(MINUTE);
            sessions.provision("ann", id, "big").block(MINUTE);
            sessions.end("ann", id).block(MINUTE);
            assertThat(get(id).endedAt()).isNotNull();
            assertThat(machine.living).isEmpty();
        }
    }

    @Test
    void fiftyRequestsForTheLastDollarNeverSpendMore() {
        for (int round = 0; round < 10; round++) {
            String id = open(null);
            sessions.autoApproval("ann", id, true, 1_000_000L).block(MINUTE);
            Flux.range(0, 50)
                    .flatMap(
                            i -> sessions.provision("ann", id, i % 2 == 0 ? "big" : "cpu-upgrade")
                                    .subscribeOn(clients)
                                    .onErrorComplete(SessionException.class),
                            50)
                    .blockLast(MINUTE);
            AutoApproval budget = get(id).autoApproval();
            assertThat(budget.usedMicros()).isLessThanOrEqualTo(1_000_000);
            sessions.end("ann", id).block(MINUTE);
        }
    }
}
