package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.json.JsonMapper;

/** More creations than can be worked on at once, in virtual time: two at a time, of ten seconds each. */
class CreationQueueTests {

    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final SandboxSettings SETTINGS = new SandboxSettings(
            new Limits(1, 128, 64, 64),
            100,
            20,
            Duration.ofHours(24),
            LIMIT,
            SandboxSettings.Keep.DEFAULT,
            new SandboxSettings.Creations(2, 12, 8, Duration.ofSeconds(60)));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final MemoryStore store = new MemoryStore();
    private final TestClock clock = new TestClock();
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final List<String> made = new ArrayList<>();
    private final List<Throwable> refused = new ArrayList<>();
    private final Sandboxes sandboxes = sandboxes();

    private Sandboxes sandboxes() {
        Events events =
                new Events(store, JsonMapper.builder().build(), EventSettings.DEFAULT, clock, Schedulers.parallel());
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        Sandboxes all = new Sandboxes(runtime, store, events, turns, tasks, clock, SETTINGS, List.of());
        all.recover().subscribe();
        pass(Duration.ZERO);
        runtime.beforeStart = Mono.delay(TEN).then();
        return all;
    }

    @AfterEach
    void noPlaceIsLeftTaken() {
        pass(Duration.ofMinutes(10));
        sandboxes.endAll().subscribe();
        pass(Duration.ofMinutes(1));
        assertThat(sandboxes.places().taken()).isZero();
        assertThat(sandboxes.count()).isZero();
        assertThat(runtime.living).isEmpty();
        tasks.close();
        VirtualTimeScheduler.reset();
    }

    private void pass(Duration by) {
        time.advanceTimeBy(by);
    }

    private Disposable create(String owner) {
        return create(owner, false);
    }

    private Disposable create(String owner, boolean pressing) {
        SandboxRequest request = new SandboxRequest(owner, "base", Duration.ofHours(1), Map.of(), Map.of());
        Disposable asked = sandboxes
                .create(sandboxes.newId(), request, pressing)
                .subscribe(sandbox -> made.add(sandbox.owner() + (pressing ? "!" : "")), refused::add);
        pass(Duration.ZERO);
        return asked;
    }

    private void create(int count, String owner) {
        for (int i = 0; i < count; i++) create(owner);
    }

    @Test
    void theTimeOutOfACreationCountsFromItsBegin() {
        create(8, "ann");
        pass(Duration.ofSeconds(41));
        assertThat(refused).isEmpty();
        assertThat(made).hasSize(8);
    }

    @Test
    void soManyAreMadeAtOnceAndNoMore() {
        create(6, "ann");
        assertThat(runtime.starts).hasValue(2);
        pass(TEN);
        assertThat(runtime.starts).hasValue(4);
    }

    @Test
    void anothersSingleOneWaitsForOneRound() {
        create(8, "ann");
        create("bob");
        pass(Duration.ofSeconds(21));
        assertThat(made).containsExactly("ann", "ann", "ann", "bob");
    }

    @Test
    void thePressingOneGoesAheadOfItsOwnersOthersOnly() {
        create(4, "ann");
        create("bob");
        create("ann", true);
        pass(Duration.ofSeconds(21));
        assertThat(made).containsExactly("ann", "ann", "ann!", "bob");
    }

    @Test
    void whoLeavesWhileWaitingLeavesNoTrace() {
        create(2, "ann");
        Disposable third = create("ann");
        assertThat(sandboxes.places().taken("ann")).isEqualTo(3);
        assertThat(sandboxes.count()).isEqualTo(2);
        third.dispose();
        assertThat(sandboxes.places().taken("ann")).isEqualTo(2);
        pass(Duration.ofMinutes(1));
        assertThat(runtime.starts).hasValue(2);
        assertThat(runtime.destroys).hasValue(0);
        assertThat(made).hasSize(2);
    }

    @Test
    void whoLeavesWhileItIsMadeHoldsItsTurnUntilThatIsOver() {
        Disposable first = create("ann");
        Disposable second = create("ann");
        create("ann");
        first.dispose();
        second.dispose();
        pass(Duration.ofSeconds(9));
        assertThat(runtime.starts).hasValue(2);
        pass(Duration.ofSeconds(2));
        assertThat(runtime.starts).hasValue(3);
        pass(TEN);
        assertThat(made).hasSize(1);
        assertThat(runtime.living).hasSize(1);
    }

    @Test
    void moreThanMayWaitAreToldTheirPlaceAndWhenToComeAgain() {
        create(2, "ann");
        pass(TEN);
        create(11, "ann");
        assertThat(refused).singleElement().isInstanceOfSatisfying(SandboxException.Queued.class, told -> {
            assertThat(told.place()).isEqualTo(9);
            assertThat(told.seconds()).isEqualTo(45);
            assertThat(told)
                    .hasMessageContaining("8 of your creations wait")
                    .hasMessageContaining("sandbar.sandboxes.creations.waiting-per-owner")
                    .hasMessageContaining("place 9 in line, try again in 45 s");
        });
        create(5, "bob");
        assertThat(refused).hasSize(2);
        assertThat(refused.get(1))
                .hasMessageContaining("12 creations wait")
                .hasMessageContaining("(sandbar.sandboxes.creations.waiting)");
        assertThat(sandboxes.places().taken()).isEqualTo(2 + 2 + 12);
    }

    @Test
    void whoComesAgainWhenToldIsLetIn() {
        create(2, "ann");
        pass(TEN);
        create(11, "ann");
        long seconds = ((SandboxException.Queued) refused.get(0)).seconds();
        pass(Duration.ofSeconds(seconds));
        made.clear();
        create("ann");
        pass(Duration.ofSeconds(11));
        assertThat(refused).hasSize(1);
        assertThat(made).isNotEmpty();
    }

    @Test
    void waitingHasADeadlineOfItsOwn() {
        runtime.beforeStart = Mono.delay(Duration.ofSeconds(14)).then();
        create(10, "ann");
        pass(Duration.ofSeconds(61));
        assertThat(refused).isEmpty();
        create(8, "ann");
        pass(Duration.ofSeconds(61));
        assertThat(made).hasSize(16);
        runtime.beforeStart = Mono.never();
        create(4, "bob");
        create(4, "cid");
        create(2, "dan");
        refused.clear();
        pass(Duration.ofSeconds(61));
        assertThat(refused)
                .filteredOn(SandboxException.Queued.class::isInstance)
                .isNotEmpty()
                .allSatisfy(
                        told -> assertThat(told).hasMessageContaining("60 s (sandbar.sandboxes.creations.patience)"));
    }

    @Test
    void theLimitOfSandboxesIsToldAtOnce() {
        create(10, "ann");
        pass(Duration.ofSeconds(51));
        create(10, "ann");
        create("ann");
        assertThat(refused).singleElement().isInstanceOf(SandboxException.LimitReached.class);
    }

    @Test
    void aStopRefusesWhoWaits() {
        create(5, "ann");
        sandboxes.createNoMore();
        create("bob");
        assertThat(refused).hasSize(4).allMatch(RejectedExecutionException.class::isInstance);
        assertThat(refused.get(3)).hasMessage("the service stops");
        assertThat(sandboxes.places().taken()).isEqualTo(2);
        pass(Duration.ofMinutes(1));
        assertThat(runtime.starts).hasValue(2);
    }

    @Test
    void oneThatFailsGivesItsTurnToTheNext() {
        runtime.beforeStart = Mono.error(new IllegalStateException("broken"));
        create(6, "ann");
        pass(Duration.ofSeconds(1));
        assertThat(refused).hasSize(6).allMatch(IllegalStateException.class::isInstance);
        assertThat(sandboxes.places().taken()).isZero();
    }
}
