package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.UsageUnknownException;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

class SandboxesTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final SandboxSettings SETTINGS = new SandboxSettings(
            new Limits(1, 128, 64, 64),
            4,
            3,
            Duration.ofHours(24),
            Duration.ofSeconds(15),
            new SandboxSettings.Keep(Duration.ofHours(1), 2, Duration.ofHours(24)));

    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final TestClock clock = new TestClock();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final MemoryStore store = new MemoryStore();
    private final KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
    private Sandboxes sandboxes = sandboxes();

    private Sandboxes sandboxes() {
        JsonMapper mapper = JsonMapper.builder().build();
        Events events = new Events(store, mapper, EventSettings.DEFAULT, clock, Schedulers.parallel());
        SandboxListener listener = (sandbox, cause) -> Mono.fromRunnable(() -> told.add(sandbox.id() + " " + cause));
        Sandboxes made = new Sandboxes(runtime, store, events, turns, tasks, clock, SETTINGS, List.of(listener));
        made.recover().block(Duration.ofSeconds(5));
        return made;
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
    void ceilingsCanBeChosen() {
        Limits limits = new Limits(3, 64, 32, 16);
        SandboxRequest request = new SandboxRequest("ann", "base", MINUTE, Map.of(), Map.of(), limits);
        Sandbox sandbox = Objects.requireNonNull(sandboxes.create(request).block(Duration.ofSeconds(5)));
        assertThat(sandbox.limits()).isEqualTo(limits);
        assertThat(created().limits()).isNotEqualTo(limits);
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
    void limitOfAnOwnerIsItsOwnAndThatOfAllIsEverybodys() {
        for (int i = 0; i < 3; i++) created();
        StepVerifier.create(create())
                .verifyErrorSatisfies(error -> assertThat(own(error)).isTrue());
        sandboxes.create(request("bob")).block(MINUTE);
        StepVerifier.create(sandboxes.create(request("bob")))
                .verifyErrorSatisfies(error -> assertThat(own(error)).isFalse());
        assertThat(sandboxes.count()).isEqualTo(4);
    }

    private static boolean own(Throwable error) {
        return ((SandboxException.LimitReached) error).own();
    }

    private static SandboxRequest request(String owner) {
        return new SandboxRequest(owner, "base", MINUTE, Map.of(), Map.of());
    }

    @Test
    void nextRunGoesOnWhereTheLastOneWas() {
        Sandbox sandbox = created();
        sandboxes = sandboxes();
        assertThat(sandboxes.list()).containsExactly(sandbox);
        assertThat(sandboxes.agent(sandbox.id())).isNotNull();
        assertThat(sandboxes.places().taken("ann")).isOne();
        sandboxes.kill("ann", sandbox.id()).block(MINUTE);
        assertThat(runtime.living).isEmpty();
    }

    @Test
    void endThatIsOwedIsStillOwedInTheNextRun() {
        String id = created().id();
        runtime.beforeDestroy = Mono.error(new IllegalStateException("busy"));
        StepVerifier.create(sandboxes.kill("ann", id)).verifyErrorMessage("busy");
        sandboxes = sandboxes();
        assertThat(sandboxes.count()).isOne();
        assertThat(sandboxes.list()).isEmpty();
        runtime.beforeDestroy = Mono.empty();
        clock.advance(MINUTE);
        sandboxes.sweep().block(MINUTE);
        assertThat(runtime.living).isEmpty();
        assertThat(known(id).cause()).isEqualTo(EndCause.KILLED);
    }

    private Sandbox known(String id) {
        return Objects.requireNonNull(sandboxes.known("ann", id).block(MINUTE));
    }

    @Test
    void nothingIsDoneBeforeTheRecovery() {
        JsonMapper mapper = JsonMapper.builder().build();
        Events events = new Events(store, mapper, EventSettings.DEFAULT, clock, Schedulers.parallel());
        Sandboxes early = new Sandboxes(runtime, store, events, turns, tasks, clock, SETTINGS, List.of());
        AtomicReference<Sandbox> made = new AtomicReference<>();
        early.create(request("ann")).subscribe(made::set);
        early.sweep().block(MINUTE);
        assertThat(runtime.starts).hasValue(0);
        early.recover().block(MINUTE);
        assertThat(early.list()).containsExactly(made.get());
        sandboxes = early;
    }

    @Test
    void endedOnesAreKnownToTheirOwnersUntilTheyAreForgotten() {
        String id = created().id();
        sandboxes.kill("ann", id).block(MINUTE);
        assertThat(known(id).endedAt()).isEqualTo(clock.instant());
        StepVerifier.create(sandboxes.known("bob", id)).verifyError(SandboxException.NotFound.class);
        clock.advance(Duration.ofHours(1));
        sandboxes.sweep().block(MINUTE);
        StepVerifier.create(sandboxes.known("ann", id)).verifyError(SandboxException.NotFound.class);
        StepVerifier.create(store.list(Records.KIND)).verifyComplete();
        StepVerifier.create(store.range("events/" + Sandboxes.stream(id)))
                .expectNext(LogRange.NONE)
                .verifyComplete();
    }

    @Test
    void onlyTheNewestOfThoseThatEndedAreRemembered() {
        List<String> ids = List.of(created().id(), created().id(), created().id());
        ids.forEach(id -> sandboxes.kill("ann", id).block(MINUTE));
        sandboxes.sweep().block(MINUTE);
        StepVerifier.create(sandboxes.known("ann", ids.get(0))).verifyError(SandboxException.NotFound.class);
        assertThat(List.of(known(ids.get(1)).id(), known(ids.get(2)).id())).isEqualTo(ids.subList(1, 3));
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

    @Test
    void aTimeoutOfNothingEndsItAtOnceAndExtendingByNothingChangesNothing() {
        String id = created().id();
        assertThat(endAfter(sandboxes.extend("ann", id, Duration.ZERO))).isEqualTo(MINUTE);
        assertThat(endAfter(sandboxes.setTimeout("ann", id, Duration.ZERO))).isZero();
        assertThatThrownBy(() -> sandboxes.get("ann", id)).isInstanceOf(SandboxException.NotFound.class);
        await().untilAsserted(() -> assertThat(told).containsExactly(id + " EXPIRED"));
        await().untilAsserted(() -> assertThat(runtime.living).isEmpty());
        StepVerifier.create(sandboxes.setTimeout("ann", id, Duration.ZERO))
                .verifyError(SandboxException.NotFound.class);
    }

    @Test
    void timesHaveMillisecondsHoweverFineTheClockIs() {
        clock.advance(Duration.ofNanos(1_234_567));
        Sandbox sandbox = created();
        assertThat(sandbox.startedAt()).isEqualTo(clock.instant().truncatedTo(ChronoUnit.MILLIS));
        assertThat(sandbox.endAt()).isEqualTo(sandbox.startedAt().plus(MINUTE));
        Mono<Sandbox> renewed = sandboxes.setTimeout("ann", sandbox.id(), Duration.ofNanos(5_999_999));
        assertThat(Objects.requireNonNull(renewed.block(MINUTE)).endAt())
                .isEqualTo(clock.instant().plusNanos(5_999_999).truncatedTo(ChronoUnit.MILLIS));
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
    void theLongestTimeIsStillAllowed() {
        Sandbox made = Objects.requireNonNull(sandboxes
                .create(new SandboxRequest("ann", "base", SETTINGS.longest(), Map.of(), Map.of()))
                .block(Duration.ofSeconds(5)));
        assertThat(made.endAt()).isEqualTo(clock.instant().plus(SETTINGS.longest()));
    }

    @Test
    void whatTheRuntimeOffersIsTold() {
        assertThat(sandboxes.users()).containsExactly("user");
        assertThat(sandboxes.templates()).containsExactly("base");
    }

    @Test
    void measureOfOneThatEndsMeanwhileSaysThatItIsNotThere() {
        Sandbox sandbox = created();
        StepVerifier.create(sandboxes.measure(sandbox.id())).verifyError(UsageUnknownException.class);
        runtime.usage = sandboxes.kill("ann", sandbox.id()).then(Mono.error(new UsageUnknownException("scripted")));
        StepVerifier.create(sandboxes.measure(sandbox.id())).verifyError(SandboxException.NotFound.class);
        StepVerifier.create(sandboxes.measure(sandbox.id())).verifyError(SandboxException.NotFound.class);
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
}
