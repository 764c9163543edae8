package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.Faults.Kind;
import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each step of each path goes wrong in every way: it is refused, its answer is lost or never comes, the service is killed
 * before or after it. Then everything is mended, and what has to hold holds.
 */
class CrashTests {

    private static final Duration WHILE = Duration.ofSeconds(90);
    private static final int MOST_STEPS = 100;

    private String id = "";

    @ParameterizedTest
    @EnumSource
    void open(Kind kind) {
        visit(kind, house -> {}, house -> house.ask(house.sessions().open(House.request("k"))));
    }

    @ParameterizedTest
    @EnumSource
    void openOnASlowMachine(Kind kind) {
        visit(kind, house -> house.machine.creationTakes = Duration.ofSeconds(2), house -> {
            house.ask(house.sessions().open(House.request("k")));
            house.advance(Duration.ofSeconds(3));
        });
    }

    @ParameterizedTest
    @EnumSource
    void runATool(Kind kind) {
        visit(kind, this::opened, house -> house.bash(id, "x"));
    }

    @ParameterizedTest
    @EnumSource
    void tearDownAndUseAgain(Kind kind) {
        visit(kind, this::opened, house -> {
            house.ask(house.sessions().teardown("ann", id, false));
            house.bash(id, "x");
        });
    }

    @ParameterizedTest
    @EnumSource
    void tearDownDuringThePreload(Kind kind) {
        visit(kind, house -> house.machine.creationTakes = Duration.ofSeconds(2), house -> {
            Ask<Opened> opened = house.ask(house.sessions().open(House.request("k")));
            if (opened.values.isEmpty()) return;
            house.ask(house.sessions().teardown("ann", opened.value().session().id(), false));
            house.advance(Duration.ofSeconds(3));
        });
    }

    @ParameterizedTest
    @EnumSource
    void end(Kind kind) {
        visit(kind, this::opened, house -> house.ask(house.sessions().end("ann", id)));
    }

    @ParameterizedTest
    @EnumSource
    void evictAndComeBack(Kind kind) {
        visit(kind, this::opened, house -> {
            house.advance(SessionSettings.DEFAULT.idleTimeout().plusSeconds(3));
            house.bash(id, "x");
        });
    }

    @ParameterizedTest
    @EnumSource
    void replaceWithinTheBudget(Kind kind) {
        visit(kind, this::withBudget, house -> house.provision(id, "big"));
    }

    @ParameterizedTest
    @EnumSource
    void approveDuringThePreload(Kind kind) {
        Consumer<House> before = house -> {
            house.machine.creationTakes = Duration.ofSeconds(2);
            opened(house);
            house.provision(id, "big");
        };
        visit(kind, before, house -> {
            List<Approval> approvals = house.get(id).approvals();
            house.decide(id, approvals.get(0).id(), Approval.Decision.APPROVE);
            house.advance(Duration.ofSeconds(5));
        });
    }

    @ParameterizedTest
    @EnumSource
    void tearDownWhatCostsMoney(Kind kind) {
        Consumer<House> before = house -> {
            withBudget(house);
            house.provision(id, "big");
        };
        visit(kind, before, house -> house.ask(house.sessions().teardown("ann", id, false)));
    }

    @ParameterizedTest
    @EnumSource
    void loseTheSandbox(Kind kind) {
        visit(kind, this::opened, house -> {
            house.ask(house.run().sandboxes().kill("ann", house.sandboxOf(id)));
            house.advance(Duration.ofSeconds(2));
        });
    }

    /** The service is killed while two calls run, and then each step of its recovery goes wrong, once more by a kill. */
    @ParameterizedTest
    @EnumSource
    void recoverFromACrashDuringCalls(Kind kind) {
        Consumer<House> before = house -> {
            opened(house);
            house.bash(id, "hang");
            house.bash(id, "hang");
            house.crash();
        };
        visit(kind, before, House::recover);
    }

    private void opened(House house) {
        id = house.open();
    }

    private void withBudget(House house) {
        id = house.open();
        house.budget(id, true, 1);
        house.machine.box(house.sandboxOf(id)).agent.home = "files";
    }

    private void visit(Kind kind, Consumer<House> before, Consumer<House> path) {
        boolean come = true;
        for (int step = 0; come; step++) {
            assertThat(step).isLessThan(MOST_STEPS);
            come = visit(kind, before, path, step);
        }
    }

    private boolean visit(Kind kind, Consumer<House> before, Consumer<House> path, int step) {
        id = "";
        try (House house = House.running()) {
            before.accept(house);
            Faults faults = house.faults();
            faults.arm(kind, step, name -> true);
            try {
                path.accept(house);
                house.advance(WHILE);
                boolean come = faults.hit();
                settle(house);
                hold(house);
                return come;
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError(kind + " at step " + step + ":\n  " + faults, failure);
            }
        }
    }

    private static void settle(House house) {
        house.faults().heal();
        if (house.faults().dead()) house.restart();
        house.advance(Duration.ofMinutes(4));
    }

    private static void hold(House house) {
        Set<String> wanted = new HashSet<>();
        List<Session> all = house.ask(
                        house.sessions().list("ann", new SessionQuery(Set.of(), java.util.Map.of(), null, null, 100)))
                .value()
                .sessions();
        assertThat(house.store.list(CallRecord.KIND).collectList().block())
                .as("calls that go on")
                .isEmpty();
        for (Session session : all) {
            settled(house, session);
            ended(house, session.id());
            if (session.slot().sandboxId() != null) wanted.add(session.slot().sandboxId());
        }
        assertThat(house.boxes()).as("on the machine").isEqualTo(wanted);
        assertThat(house.sessions().active()).as("places").isEqualTo((int) all.stream()
                .filter(session -> session.lives() && !session.idle())
                .count());
        assertThat(house.run().turns().keys()).as("turns").isZero();
        assertThat(house.sessions().entries().sandboxes()).as("known sandboxes").isEqualTo(wanted.size());
        all.stream().filter(Session::lives).forEach(session -> works(house, session.id()));
    }

    private static void settled(House house, Session session) {
        assertThat(session.owed()).as("owed").isEmpty();
        assertThat(session.slot().state().inFlight())
                .as(String.valueOf(session.slot()))
                .isFalse();
        AutoApproval budget = session.autoApproval();
        boolean paid = "big".equals(session.slot().hardware()) && budget.enabled();
        assertThat(budget.coming()).as("set aside for nothing").isNull();
        assertThat(budget.running() != null).as("set aside " + budget).isEqualTo(paid);
        assertThat(budget.usedMicros()).isLessThanOrEqualTo(budget.capMicros());
        List<String> events = house.events(session.id());
        assertThat(events).as("events").startsWith("session.created", "sandbox.preloading");
        int terminal = session.endedAt() == null ? 0 : 1;
        assertThat(events.stream().filter(Sessions.TERMINAL_EVENT::equals)).hasSize(terminal);
        if (terminal == 1) assertThat(events).endsWith(Sessions.TERMINAL_EVENT);
    }

    /** Whatever call has begun has ended, once. */
    private static void ended(House house, String session) {
        List<String> ends = house.calls(session, CallRecord.END);
        assertThat(ends).as("ends of calls").doesNotHaveDuplicates().containsAll(house.calls(session, "tool.start"));
    }

    /** At the latest the second call: the first may have to tell of a failure. */
    private static void works(House house, String session) {
        house.machine.creationTakes = Duration.ZERO;
        Ask<ToolEvent> first = house.bash(session, "again");
        house.advance(Duration.ofSeconds(1));
        if (House.result(first).success()) return;
        Ask<ToolEvent> second = house.bash(session, "again");
        house.advance(Duration.ofSeconds(1));
        assertThat(House.result(second).success()).as("it works").isTrue();
    }
}
