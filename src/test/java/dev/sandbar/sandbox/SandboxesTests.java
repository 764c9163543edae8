package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;
import tools.jackson.databind.json.JsonMapper;

class SandboxesTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Limits LIMITS = new Limits(1, 128, 64, 64);

    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final TestClock clock = new TestClock();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final MemoryStore store = new MemoryStore();
    private final KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
    private final Sandboxes sandboxes = new Sandboxes(
            runtime,
            store,
            new Events(store, JsonMapper.builder().build(), EventSettings.DEFAULT, clock, Schedulers.parallel()),
            turns,
            tasks,
            clock,
            new SandboxSettings(
                    LIMITS, 3, 3, Duration.ofHours(24), Duration.ofSeconds(15), SandboxSettings.Keep.DEFAULT),
            List.of((sandbox, cause) -> Mono.fromRunnable(() -> told.add(sandbox.id() + " " + cause))));

    @BeforeEach
    void recover() {
        sandboxes.recover().block(Duration.ofSeconds(5));
    }

    @AfterEach
    void nothingLivesThatIsNotListed() {
        runtime.beforeDestroy = Mono.empty();
        clock.advance(Duration.ofDays(2));
        sandboxes.sweep().then(sandboxes.sweep()).block(Duration.ofSeconds(5));
        assertThat(runtime.living).isEmpty();
        assertThat(sandboxes.list()).isEmpty();
        assertThat(tasks.running()).isZero();
        tasks.close();
    }

    private Mono<Sandbox> create() {
        return sandboxes.create(new SandboxRequest("ann", "base", MINUTE, Map.of("A", "1"), Map.of("m", "x")));
    }

    private Sandbox created() {
        return Objects.requireNonNull(create().block(Duration.ofSeconds(5)));
    }

    @Test
    void createdSandboxRunsUntilItsTimeout() {
        Sandbox sandbox = created();
        assertThat(sandbox.state()).isEqualTo(SandboxState.RUNNING);
        assertThat(sandbox.endAt()).isEqualTo(clock.instant().plus(MINUTE));
        assertThat(runtime.deadlines).containsExactly(sandbox.endAt());
        assertThat(sandboxes.get("ann", sandbox.id())).isEqualTo(sandbox);
        assertThat(sandboxes.list("ann")).containsExactly(sandbox);
    }

    @Test
    void nothingIsMadeBeforeSomebodySubscribes() {
        create();
        assertThat(runtime.starts).hasValue(0);
    }

    @Test
    void anotherOwnersSandboxIsNotFound() {
        String id = created().id();
        assertThatThrownBy(() -> sandboxes.get("bob", id)).isInstanceOf(SandboxException.NotFound.class);
        StepVerifier.create(sandboxes.kill("bob", id)).verifyError(SandboxException.NotFound.class);
        StepVerifier.create(sandboxes.setTimeout("bob", id, MINUTE)).verifyError(SandboxException.NotFound.class);
        assertThat(sandboxes.list("bob")).isEmpty();
        assertThat(runtime.living).containsExactly(id);
    }

    @Test
    void killAnswersAfterTheEndWasVerified() {
        String id = created().id();
        Sinks.Empty<Void> slow = Sinks.empty();
        runtime.beforeDestroy = slow.asMono();
        StepVerifier.create(sandboxes.kill("ann", id))
                .then(() -> assertThat(sandboxes.find(id)).isNull())
                .expectNoEvent(Duration.ofMillis(50))
                .then(slow::tryEmitEmpty)
                .verifyComplete();
        assertThat(told).containsExactly(id + " KILLED");
        StepVerifier.create(sandboxes.kill("ann", id)).verifyError(SandboxException.NotFound.class);
    }

    @Test
    void concurrentKillsShareOneEnd() {
        String id = created().id();
        Mono<Void> kill = sandboxes.kill("ann", id);
        Sinks.Empty<Void> slow = Sinks.empty();
        runtime.beforeDestroy = slow.asMono();
        StepVerifier.create(Mono.when(kill, kill, kill))
                .then(slow::tryEmitEmpty)
                .verifyComplete();
        assertThat(runtime.destroys).hasValue(1);
    }

    @Test
    void cancelledKillGoesOn() {
        String id = created().id();
        Sinks.Empty<Void> slow = Sinks.empty();
        runtime.beforeDestroy = slow.asMono();
        sandboxes.kill("ann", id).subscribe().dispose();
        slow.tryEmitEmpty();
        assertThat(runtime.living).isEmpty();
    }

    @Test
    void callerWhoLeavesDuringCreationLeavesNothingBehind() {
        Sinks.Empty<Void> slow = Sinks.empty();
        runtime.beforeStart = slow.asMono();
        Disposable caller = create().subscribe();
        assertThat(runtime.living).hasSize(1);
        caller.dispose();
        slow.tryEmitEmpty();
        assertThat(runtime.living).isEmpty();
        assertThat(told).singleElement().asString().endsWith(" KILLED");
    }

    @Test
    void failedCreationLeavesNothingAndFreesItsPlace() {
        runtime.beforeStart = Mono.error(new RuntimeUnavailableException("no ids"));
        for (int round = 0; round < 10; round++) {
            StepVerifier.create(create()).verifyError(RuntimeUnavailableException.class);
        }
        assertThat(runtime.living).isEmpty();
        runtime.beforeStart = Mono.empty();
        created();
    }

    @Test
    void endThatFailedIsOwedAndTriedAgain() {
        String id = created().id();
        runtime.beforeDestroy = Mono.error(new IllegalStateException("busy"));
        StepVerifier.create(sandboxes.kill("ann", id)).verifyErrorMessage("busy");
        assertThat(runtime.living).containsExactly(id);
        runtime.beforeDestroy = Mono.empty();
        sandboxes.sweep().block(MINUTE);
        assertThat(runtime.living).as("too early").containsExactly(id);
        clock.advance(Duration.ofSeconds(2));
        sandboxes.sweep().block(MINUTE);
        assertThat(runtime.living).isEmpty();
    }

    @Test
    void limitCountsAlsoWhatIsBeingMadeOrEnded() {
        created();
        created();
        Sinks.Empty<Void> slow = Sinks.empty();
        runtime.beforeStart = slow.asMono();
        Disposable third = create().subscribe();
        StepVerifier.create(create()).verifyError(SandboxException.LimitReached.class);
        third.dispose();
        slow.tryEmitEmpty();
        runtime.beforeStart = Mono.empty();
        created();
    }

    @Test
    void expiryEndsWhatIsDueAndNothingElse() {
        String due = created().id();
        String renewed = created().id();
        sandboxes.extend("ann", renewed, Duration.ofMinutes(10)).block(MINUTE);
        clock.advance(MINUTE);
        sandboxes.sweep().block(MINUTE);
        assertThat(runtime.living).containsExactly(renewed);
        assertThat(told).containsExactly(due + " EXPIRED");
    }

    @Test
    void extendNeverShortensAndSetTimeoutDoes() {
        String id = created().id();
        Duration second = Duration.ofSeconds(1);
        assertThat(endAfter(sandboxes.extend("ann", id, second))).isEqualTo(MINUTE);
        assertThat(endAfter(sandboxes.setTimeout("ann", id, second))).isEqualTo(second);
    }

    private Duration endAfter(Mono<Sandbox> renewal) {
        return Duration.between(
                clock.instant(), Objects.requireNonNull(renewal.block(MINUTE)).endAt());
    }

    @Test
    void senselessTimeoutsAreRefusedBeforeAnythingIsMade() {
        for (Duration senseless : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(2))) {
            SandboxRequest request = new SandboxRequest("ann", "base", senseless, Map.of(), Map.of());
            StepVerifier.create(sandboxes.create(request)).verifyError(SandboxException.Invalid.class);
        }
        assertThat(runtime.starts).hasValue(0);
    }

    @Test
    void unknownTemplateIsRefusedAndFreesItsPlace() {
        SandboxRequest request = new SandboxRequest("ann", "other", MINUTE, Map.of(), Map.of());
        for (int round = 0; round < 5; round++) {
            StepVerifier.create(sandboxes.create(request)).verifyError(SandboxException.UnknownTemplate.class);
        }
        created();
    }

    @Test
    void sandboxWhoseAgentIsGoneEnds() {
        String id = created().id();
        Objects.requireNonNull(runtime.gone.get(id)).tryEmitEmpty();
        assertThat(runtime.living).isEmpty();
        assertThat(told).containsExactly(id + " AGENT_GONE");
    }

    @Test
    void renewalAndExpiryRaceAsAWhole() {
        for (int round = 0; round < 500; round++) {
            String id = created().id();
            clock.advance(MINUTE);
            AtomicReference<Object> renewal = new AtomicReference<>();
            RaceTestUtils.race(
                    () -> sandboxes.extend("ann", id, MINUTE).subscribe(renewal::set, renewal::set),
                    () -> sandboxes.sweep().subscribe());
            boolean renewed = renewal.get() instanceof Sandbox;
            assertThat(runtime.living.contains(id)).isEqualTo(renewed);
            if (renewed) sandboxes.kill("ann", id).block(MINUTE);
        }
    }

    @Test
    void leavingAndBeingBornRaceWithoutAnOrphan() {
        for (int round = 0; round < 500; round++) {
            Sinks.Empty<Void> slow = Sinks.empty();
            runtime.beforeStart = slow.asMono();
            AtomicReference<Sandbox> handedOver = new AtomicReference<>();
            Disposable caller = create().subscribe(handedOver::set, error -> {});
            RaceTestUtils.race(slow::tryEmitEmpty, caller::dispose);
            Sandbox sandbox = handedOver.get();
            if (sandbox != null && sandboxes.find(sandbox.id()) != null) {
                sandboxes.kill("ann", sandbox.id()).block(MINUTE);
            }
            assertThat(runtime.living).isEmpty();
        }
    }

    @Test
    void killAndExpiryRaceToOneEnd() {
        for (int round = 0; round < 500; round++) {
            String id = created().id();
            clock.advance(MINUTE);
            int before = runtime.destroys.get();
            RaceTestUtils.race(
                    () -> sandboxes.kill("ann", id).onErrorComplete().subscribe(),
                    () -> sandboxes.sweep().subscribe());
            assertThat(runtime.living).isEmpty();
            assertThat(runtime.destroys.get() - before).isOne();
        }
    }
}
