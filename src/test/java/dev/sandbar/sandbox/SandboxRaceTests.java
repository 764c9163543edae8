package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.util.RaceTestUtils;
import tools.jackson.databind.json.JsonMapper;

/** Two who want different things of one sandbox at the same moment: one of both is told that it lost. */
class SandboxRaceTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int ROUNDS = Integer.getInteger("sandbar.races", 300);

    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final TestClock clock = new TestClock();
    private final MemoryStore store = new MemoryStore();
    private final KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
    private final Sandboxes sandboxes = sandboxes();

    private Sandboxes sandboxes() {
        Sandboxes recovered = made();
        recovered.recover().block(MINUTE);
        return recovered;
    }

    private Sandboxes made() {
        Events events =
                new Events(store, JsonMapper.builder().build(), EventSettings.DEFAULT, clock, Schedulers.parallel());
        SandboxSettings settings = new SandboxSettings(
                new Limits(1, 128, 64, 64),
                5,
                5,
                Duration.ofHours(24),
                Duration.ofSeconds(15),
                new SandboxSettings.Keep(Duration.ofHours(1), 1000, Duration.ofHours(24)));
        return new Sandboxes(runtime, store, events, turns, tasks, clock, settings, List.of());
    }

    @AfterEach
    void close() {
        assertThat(turns.keys()).isZero();
        tasks.close();
    }

    private Mono<Sandbox> create() {
        return sandboxes.create(new SandboxRequest("ann", "base", MINUTE, Map.of(), Map.of()));
    }

    private String created() {
        return Objects.requireNonNull(create().block(MINUTE)).id();
    }

    private static ConditionFactory soon() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private void allHaveEnded() {
        soon().untilAsserted(() -> {
            assertThat(runtime.living).isEmpty();
            assertThat(sandboxes.count()).isZero();
            assertThat(sandboxes.places().taken()).isZero();
            assertThat(tasks.running()).isZero();
        });
    }

    /** Asks both at the same moment; which of them succeeded. */
    private static List<Boolean> race(Mono<?> one, Mono<?> other) {
        Sinks.One<Boolean> first = Sinks.one();
        Sinks.One<Boolean> second = Sinks.one();
        RaceTestUtils.race(
                () -> outcome(one).subscribe(first::tryEmitValue, first::tryEmitError),
                () -> outcome(other).subscribe(second::tryEmitValue, second::tryEmitError));
        return Objects.requireNonNull(
                Mono.zip(first.asMono(), second.asMono(), List::of).block(MINUTE));
    }

    private static Mono<Boolean> outcome(Mono<?> request) {
        return request.then(Mono.just(true))
                .onErrorReturn(SandboxException.class, false)
                .onErrorReturn(RejectedExecutionException.class, false);
    }

    private Sandbox recorded(String id) {
        byte[] content =
                Objects.requireNonNull(store.find(Records.KIND, id).block()).content();
        return new SandboxCodec().read(content);
    }

    /** Only watches go on. */
    private boolean isAlone(@Nullable Sandbox sandbox) {
        return sandbox != null && sandboxes.list().equals(List.of(sandbox));
    }

    private void settled() {
        soon().until(() -> tasks.running() == sandboxes.count());
    }

    @Test
    void renewalAndExpiryRaceAsAWhole() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = created();
            clock.advance(MINUTE);
            boolean renewed =
                    race(sandboxes.extend("ann", id, MINUTE), sandboxes.sweep()).get(0);
            settled();
            if (renewed) {
                assertThat(runtime.living).containsExactly(id);
                assertThat(recorded(id)).isEqualTo(sandboxes.get("ann", id));
                sandboxes.kill("ann", id).block(MINUTE);
            } else {
                assertThat(recorded(id).cause()).isEqualTo(EndCause.EXPIRED);
            }
            allHaveEnded();
        }
    }

    @Test
    void twoKillsRaceToOneEnd() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = created();
            int before = runtime.destroys.get();
            assertThat(race(sandboxes.kill("ann", id), sandboxes.kill("ann", id)))
                    .contains(true);
            allHaveEnded();
            assertThat(runtime.destroys.get() - before).isOne();
        }
    }

    @Test
    void killAndExpiryRaceToOneEnd() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = created();
            clock.advance(MINUTE);
            int before = runtime.destroys.get();
            race(sandboxes.kill("ann", id), sandboxes.sweep());
            allHaveEnded();
            assertThat(runtime.destroys.get() - before).isOne();
        }
    }

    @Test
    void leavingAndBeingBornRaceWithoutAnOrphan() {
        for (int round = 0; round < ROUNDS; round++) {
            Sinks.Empty<Void> slow = Sinks.empty();
            runtime.beforeStart = slow.asMono();
            AtomicReference<Sandbox> handedOver = new AtomicReference<>();
            Disposable caller = create().subscribe(handedOver::set);
            RaceTestUtils.race(slow::tryEmitEmpty, caller::dispose);
            soon().until(() -> sandboxes.count() == 0 || isAlone(handedOver.get()));
            sandboxes.endAll().block(MINUTE);
            allHaveEnded();
        }
    }

    /** The moment that the race above meets once in thousands of rounds. */
    @Test
    void sandboxThatIsHandedToSomebodyWhoIsJustLeavingEnds() {
        Sinks.Empty<Void> slow = Sinks.empty();
        runtime.beforeStart = slow.asMono();
        AtomicReference<Sandbox> handedOver = new AtomicReference<>();
        Disposable.Swap caller = Disposables.swap();
        caller.update(create().doOnNext(sandbox -> caller.dispose()).subscribe(handedOver::set));
        slow.tryEmitEmpty();
        allHaveEnded();
        assertThat(handedOver.get()).isNull();
    }

    /** As of a subscriber that was left before the sandbox came, and tells so after it. */
    @Test
    void sandboxThatWasDroppedByWhoeverHasLeftEnds() {
        Sinks.One<Subscription> left = Sinks.one();
        create().subscribe(new CoreSubscriber<Sandbox>() {
            private volatile @Nullable Subscription subscription;

            @Override
            public void onSubscribe(Subscription begun) {
                subscription = begun;
                begun.request(1);
            }

            @Override
            public void onNext(Sandbox dropped) {}

            @Override
            public void onError(Throwable error) {
                left.tryEmitError(error);
            }

            @Override
            public void onComplete() {
                left.tryEmitValue(Objects.requireNonNull(subscription));
            }
        });
        Objects.requireNonNull(left.asMono().block(MINUTE)).cancel();
        allHaveEnded();
    }

    @Test
    void endOfAllAndCreationRaceWithoutAnOrphan() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean made = race(create(), sandboxes.endAll()).get(0);
            settled();
            assertThat(sandboxes.count()).isLessThanOrEqualTo(made ? 1 : 0);
            sandboxes.endAll().block(MINUTE);
            allHaveEnded();
        }
    }

    @Test
    void lastEndOfAllAndCreationRaceToNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            Sandboxes last = made();
            last.recover().block(MINUTE);
            SandboxRequest request = new SandboxRequest("ann", "base", MINUTE, Map.of(), Map.of());
            Mono<Integer> end = Mono.defer(() -> {
                last.createNoMore();
                return last.endAll();
            });
            race(last.create(request), end);
            soon().untilAsserted(() -> {
                assertThat(runtime.living).isEmpty();
                assertThat(last.count()).isZero();
                assertThat(last.places().taken()).isZero();
            });
        }
        allHaveEnded();
    }

    @Test
    void sandboxThatEndsIsRememberedAtEveryMoment() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = created();
            AtomicBoolean forgotten = new AtomicBoolean();
            RaceTestUtils.race(() -> sandboxes.kill("ann", id).subscribe(), () -> {
                for (int i = 0; i < 2000; i++) if (!sandboxes.remembers(id)) forgotten.set(true);
            });
            allHaveEnded();
            assertThat(forgotten).isFalse();
        }
        assertThat(sandboxes.remembers("other")).isFalse();
    }

    @Test
    void lastPlaceIsGivenOnce() {
        for (int i = 0; i < 4; i++) created();
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(race(create(), create())).containsExactlyInAnyOrder(true, false);
            assertThat(sandboxes.places().taken()).isEqualTo(5);
            sandboxes.kill("ann", sandboxes.list().get(0).id()).block(MINUTE);
        }
        sandboxes.endAll().block(MINUTE);
        allHaveEnded();
    }

    @Test
    void twoPatchesOfMetadataRaceWithoutLosingEither() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = created();
            assertThat(race(patch(id, "a", words -> true), patch(id, "b", words -> true)))
                    .containsExactly(true, true);
            assertThat(sandboxes.get("ann", id).metadata()).isEqualTo(Map.of("a", "1", "b", "1"));
            assertThat(recorded(id)).isEqualTo(sandboxes.get("ann", id));
            sandboxes.kill("ann", id).block(MINUTE);
        }
        allHaveEnded();
    }

    @Test
    void oneOfTwoPatchesOnTheSameConditionWins() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = created();
            assertThat(race(patch(id, "a", Map::isEmpty), patch(id, "b", Map::isEmpty)))
                    .containsExactlyInAnyOrder(true, false);
            assertThat(sandboxes.get("ann", id).metadata()).hasSize(1);
            sandboxes.kill("ann", id).block(MINUTE);
        }
        allHaveEnded();
    }

    @Test
    void patchAndKillRaceToAnEndOfWhatWasSaidBefore() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = created();
            List<Boolean> done = race(patch(id, "a", words -> true), sandboxes.kill("ann", id));
            assertThat(done.get(1)).isTrue();
            allHaveEnded();
            assertThat(recorded(id).state()).isEqualTo(SandboxState.GONE);
            assertThat(recorded(id).metadata()).isEqualTo(done.get(0) ? Map.of("a", "1") : Map.of());
        }
    }

    private Mono<Sandbox> patch(String id, String key, Predicate<Map<String, String>> condition) {
        return sandboxes.patchMetadata("ann", id, new MetadataPatch(Map.of(key, "1"), Set.of(), condition));
    }

    @Test
    void recoveryAndCreationRaceToASandboxThatRuns() {
        for (int round = 0; round < ROUNDS; round++) {
            Sandboxes next = made();
            SandboxRequest request = new SandboxRequest("ann", "base", MINUTE, Map.of(), Map.of());
            assertThat(race(next.create(request), next.recover())).containsExactly(true, true);
            assertThat(next.list()).hasSize(1);
            assertThat(next.endAll().block(MINUTE)).isOne();
        }
        allHaveEnded();
    }
}
