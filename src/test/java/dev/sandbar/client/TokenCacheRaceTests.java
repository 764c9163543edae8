package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.util.RaceTestUtils;

/** Each pair of what can happen to one sandbox at the same moment. */
@DisplayName("a.10.1, a.10.3, a.10.8, a.10.10 races")
class TokenCacheRaceTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.races", 1_000);
    private static final TokenAnswer OLD = ScriptedSource.lasting("old", ScriptedSource.LIFE);
    private static final TokenAnswer NEW = ScriptedSource.lasting("new", ScriptedSource.LIFE);

    private VirtualCache virtual = new VirtualCache();
    private Sinks.One<TokenAnswer> answer = Sinks.one();

    @TempDir
    Path directory;

    @AfterEach
    void nothingIsUnderWay() {
        assertThat(virtual.cache.underWay()).isZero();
    }

    @Test
    void joinRacingJoinMakesOneRequest() {
        rounds(() -> {
            CompletableFuture<?>[] callers = new CompletableFuture<?>[2];
            RaceTestUtils.race(() -> callers[0] = get(), () -> callers[1] = get());
            answer.tryEmitValue(NEW);
            assertThat(callers[0]).isCompleted();
            assertThat(callers[1]).isCompleted();
            assertThat(virtual.source.issues).hasValue(1);
        });
    }

    @Test
    void joinRacingTheAnswerMakesOneRequest() {
        rounds(() -> {
            CompletableFuture<@Nullable AccessToken> first = get();
            CompletableFuture<?>[] late = new CompletableFuture<?>[1];
            RaceTestUtils.race(() -> answer.tryEmitValue(NEW), () -> late[0] = get());
            assertThat(first).isCompleted();
            assertThat(late[0]).isCompleted();
            assertThat(virtual.source.issues).hasValue(1);
        });
    }

    @Test
    void leaderLeavingAtAnyMomentHarmsNobody() {
        rounds(() -> {
            Disposable leader = virtual.cache.get("a").subscribe();
            CompletableFuture<@Nullable AccessToken> other = get();
            RaceTestUtils.race(leader::dispose, () -> answer.tryEmitValue(NEW));
            assertThat(other).isCompleted();
            assertThat(virtual.get("a")).isEqualTo("new");
            assertThat(virtual.source.issues).hasValue(1);
        });
    }

    @Test
    void leaderLeavingWhileAnotherJoinsHarmsNobody() {
        rounds(() -> {
            Disposable leader = virtual.cache.get("a").subscribe();
            CompletableFuture<?>[] other = new CompletableFuture<?>[1];
            RaceTestUtils.race(leader::dispose, () -> other[0] = get());
            answer.tryEmitValue(NEW);
            assertThat(other[0]).isCompleted();
            assertThat(virtual.source.issues).hasValue(1);
        });
    }

    @Test
    void everybodyLeavingKeepsTheResult() {
        rounds(() -> {
            CompletableFuture<@Nullable AccessToken> one = get();
            CompletableFuture<@Nullable AccessToken> other = get();
            RaceTestUtils.race(() -> one.cancel(false), () -> other.cancel(false));
            answer.tryEmitValue(NEW);
            assertThat(virtual.get("a")).isEqualTo("new");
            assertThat(virtual.source.issues).hasValue(1);
        });
    }

    @Test
    void failureRacingALateJoinerTellsBothAndAsksOnce() {
        rounds(() -> {
            CompletableFuture<@Nullable AccessToken> first = get();
            CompletableFuture<?>[] late = new CompletableFuture<?>[1];
            RaceTestUtils.race(() -> answer.tryEmitError(ScriptedSource.refusal(500, null)), () -> late[0] = get());
            assertThat(first).isCompletedExceptionally();
            assertThat(late[0]).isCompletedExceptionally();
            assertThat(virtual.source.issues).hasValue(1);
        });
    }

    @Test
    void invalidationRacingARefreshLeavesTheNewToken() {
        rounds(() -> {
            answer.tryEmitValue(OLD);
            AccessToken old = virtual.token("a");
            virtual.pass(Duration.ofMinutes(29));
            Sinks.One<TokenAnswer> next = Sinks.one();
            virtual.source.answers(next.asMono());
            virtual.get("a");
            RaceTestUtils.race(() -> virtual.cache.invalidate(old), () -> next.tryEmitValue(NEW));
            assertThat(virtual.get("a")).isEqualTo("new");
            assertThat(virtual.source.issues).hasValue(2);
        });
    }

    @Test
    void invalidationRacingTheSameTokensReturnNeverServesItAgain() {
        rounds(() -> {
            answer.tryEmitValue(OLD);
            AccessToken old = virtual.token("a");
            virtual.pass(Duration.ofMinutes(29));
            Sinks.One<TokenAnswer> next = Sinks.one();
            virtual.source.answers(next.asMono());
            virtual.get("a");
            RaceTestUtils.race(() -> virtual.cache.invalidate(old), () -> next.tryEmitValue(OLD));
            virtual.source.answers(Duration.ofHours(1));
            virtual.pass(Duration.ofSeconds(1));
            assertThat(virtual.get("a")).isNotEqualTo("old");
        });
    }

    @Test
    void clearRacingARefreshLeavesNothingOrNothingOfIt() {
        rounds(() -> {
            CompletableFuture<@Nullable AccessToken> waiting = get();
            RaceTestUtils.race(() -> virtual.cache.clear().toFuture().join(), () -> answer.tryEmitValue(OLD));
            assertThat(waiting).isCompleted();
            assertThat(virtual.metrics().entries()).isZero();
        });
    }

    @Test
    void evictRacingARefreshLeavesNothingInMemoryNorInTheFile() throws Exception {
        Path file = directory.resolve("tokens.json");
        for (int i = 0; i < ROUNDS / 10; i++) {
            Sinks.One<TokenAnswer> late = Sinks.one();
            try (VirtualCache kept = new VirtualCache(file)) {
                kept.source.answers(late.asMono());
                kept.cache.get("a").subscribe();
                RaceTestUtils.race(() -> kept.cache.evict("a"), () -> late.tryEmitValue(OLD));
                assertThat(kept.metrics().entries()).isZero();
                assertThat(kept.cache.saved().toFuture()).isCompleted();
                assertThat(new TokenFile(file, 10).read(0).tokens().tokens()).isEmpty();
            }
        }
    }

    @Test
    void expiryRacingHitsGivesOneTokenOrTheNextAndOneRequest() {
        rounds(() -> {
            answer.tryEmitValue(ScriptedSource.lasting("old", Duration.ofSeconds(100)));
            virtual.get("a");
            virtual.source.answers(ScriptedSource.LIFE);
            CompletableFuture<?>[] got = new CompletableFuture<?>[2];
            virtual.pass(Duration.ofSeconds(70)); // what is left to pass is less than a refresh may take
            RaceTestUtils.race(() -> virtual.pass(Duration.ofSeconds(30)), () -> got[0] = get(), () -> got[1] = get());
            assertThat(got[0]).isCompleted();
            assertThat(got[1]).isCompleted();
            assertThat(virtual.get("a")).isEqualTo("a-2");
            assertThat(virtual.source.issues).hasValue(2);
        });
    }

    @Test
    void closingRacingCallersEndsThemAll() {
        rounds(() -> {
            CompletableFuture<?>[] callers = new CompletableFuture<?>[] {get(), null};
            RaceTestUtils.race(virtual.cache::close, () -> callers[1] = get());
            assertThat(callers[0]).isCompletedExceptionally();
            assertThat(callers[1]).isCompletedExceptionally();
        });
    }

    @Test
    @DisplayName(
            "a.5 one cache used from 4 event loops, and 1,000 callers on threads of their own: one request, no error")
    void callersOnManyThreadsMakeOneRequest() {
        Scheduler loops = Schedulers.newParallel("loops", 4);
        ScriptedSource source = new ScriptedSource();
        source.answers(Mono.delay(Duration.ofMillis(50), loops).thenReturn(NEW));
        try (TokenCache cache = TokenCache.of(source, TokenCacheSettings.DEFAULT, loops, Clock.systemUTC())) {
            Flux<AccessToken> crowd = Flux.range(0, 1_000)
                    .flatMap(i -> cache.get("a").subscribeOn(i < 80 ? loops : Schedulers.boundedElastic()), 1_000);
            assertThat(crowd.collectList().block(Duration.ofSeconds(20))).hasSize(1_000);
            assertThat(source.issues).hasValue(1);
        } finally {
            loops.dispose();
        }
    }

    @Test
    @DisplayName("save against save: what was said to be saved is in the file, in whatever order")
    void savesFromManyThreadsLoseNothing() throws Exception {
        Path file = directory.resolve("tokens.json");
        ScriptedSource source = new ScriptedSource();
        TokenCacheSettings settings = TokenCacheSettings.DEFAULT.withFile(file);
        try (TokenCache one = TokenCache.of(source, settings, Schedulers.parallel(), Clock.systemUTC());
                TokenCache other = TokenCache.of(source, settings, Schedulers.parallel(), Clock.systemUTC())) {
            for (int i = 0; i < 20; i++) {
                int round = i;
                List<CompletableFuture<Void>> all = IntStream.range(0, 20)
                        .mapToObj(each -> (each % 2 == 0 ? one : other)
                                .get("sb" + round + "x" + each)
                                .publishOn(Schedulers.parallel())
                                .then((each % 2 == 0 ? one : other).saved())
                                .toFuture())
                        .toList();
                for (CompletableFuture<@Nullable Void> each : all) {
                    each.get(20, TimeUnit.SECONDS);
                }
                assertThat(new TokenFile(file, 10_000)
                                .read(SavedToken.micros(Instant.now()))
                                .tokens()
                                .tokens())
                        .hasSize(20 * (i + 1));
            }
        }
    }

    private CompletableFuture<@Nullable AccessToken> get() {
        return virtual.cache.get("a").toFuture();
    }

    private void rounds(Runnable round) {
        for (int i = 0; i < ROUNDS; i++) {
            virtual.close();
            virtual = new VirtualCache();
            answer = Sinks.one();
            virtual.source.answers(answer.asMono());
            round.run();
            assertThat(virtual.cache.underWay()).isZero();
        }
    }
}
