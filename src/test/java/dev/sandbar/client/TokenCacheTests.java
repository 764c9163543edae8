package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Callers of one cache: hits, those who wait together, and those who leave. */
class TokenCacheTests {

    private static final int MANY = 10_000;

    private final VirtualCache virtual = new VirtualCache();
    private final TokenCache cache = virtual.cache;
    private final ScriptedSource source = virtual.source;

    @AfterEach
    void nothingIsUnderWay() {
        assertThat(cache.underWay()).isZero();
        cache.close();
    }

    @Test
    void nothingIsAskedForUntilSomebodySubscribes() {
        Mono<AccessToken> lazy = cache.get("a");
        assertThat(source.issues).hasValue(0);
        StepVerifier.create(lazy).expectNextCount(1).verifyComplete();
        StepVerifier.create(lazy).expectNextCount(1).verifyComplete();
        assertThat(source.issues).hasValue(1);
    }

    @Test
    void hitGivesTheSameTokenWithoutARequest() {
        AccessToken first = virtual.token("a");
        assertThat(virtual.token("a")).isSameAs(first);
        assertThat(first).isEqualTo(new AccessToken("a", "a-1", null, VirtualCache.START.plus(ScriptedSource.LIFE)));
        assertThat(virtual.get("b")).isEqualTo("b-2");
        assertThat(virtual.metrics())
                .extracting(TokenCacheMetrics::hits, TokenCacheMetrics::misses)
                .containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("a.5 10,000 callers, one sandbox, cold: one request (a.10.1, a.10.10)")
    void crowdOnAColdKeyMakesOneRequest() {
        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        List<CompletableFuture<@Nullable AccessToken>> crowd = callers(MANY);
        virtual.pass(Duration.ofMillis(50));
        answer.tryEmitValue(ScriptedSource.lasting("t", ScriptedSource.LIFE));
        assertThat(crowd)
                .allSatisfy(caller -> assertThat(caller)
                        .isCompletedWithValueMatching(t -> t.value().equals("t")));
        assertThat(source.issues).hasValue(1);
        TokenCacheMetrics metrics = virtual.metrics();
        assertThat(metrics.misses()).isEqualTo(MANY);
        assertThat(metrics.joined()).isEqualTo(MANY - 1);
        assertThat(metrics.refreshes()).isEqualTo(1);
        assertThat(metrics.refreshTime()).isEqualTo(Duration.ofMillis(50)).isEqualTo(metrics.longestRefresh());
    }

    @Test
    @DisplayName("a.5 2,000 and more different sandboxes at once: one request each, all under way together")
    void manySandboxesAtOnceDoNotWaitForEachOther() {
        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        List<CompletableFuture<AccessToken>> crowd = IntStream.range(0, MANY)
                .mapToObj(i -> cache.get("sb" + i).toFuture())
                .toList();
        assertThat(source.issues).hasValue(MANY);
        answer.tryEmitValue(ScriptedSource.lasting("t", ScriptedSource.LIFE));
        assertThat(crowd).allSatisfy(caller -> assertThat(caller).isCompleted());
    }

    @Test
    @DisplayName("a.5 10,000 callers, the first one cancelled: the others get their token (a.10.1)")
    void cancelledCallerLeavesTheOthersAlone() {
        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        Disposable first = cache.get("a").subscribe();
        List<CompletableFuture<@Nullable AccessToken>> crowd = callers(MANY - 1);
        first.dispose();
        crowd.get(7).cancel(false);
        answer.tryEmitValue(ScriptedSource.lasting("t", ScriptedSource.LIFE));
        crowd.remove(7);
        assertThat(crowd).allSatisfy(caller -> assertThat(caller).isCompleted());
        assertThat(source.issues).hasValue(1);
    }

    @Test
    void timeOutOfACallerLeavesTheOthersAlone() {
        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        CompletableFuture<@Nullable AccessToken> impatient =
                cache.get("a").timeout(Duration.ofSeconds(1), virtual.time).toFuture();
        CompletableFuture<@Nullable AccessToken> patient = cache.get("a").toFuture();
        virtual.pass(Duration.ofSeconds(2));
        answer.tryEmitValue(ScriptedSource.lasting("t", ScriptedSource.LIFE));
        assertThat(impatient).isCompletedExceptionally();
        assertThat(patient).isCompleted();
    }

    @Test
    @DisplayName("a.5 / a.10.3 however often callers are cancelled, nobody waits for ever")
    void requestThatEverybodyHasLeftIsFinishedAndKept() {
        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        List<Disposable> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            crowd.add(cache.get("a").subscribe());
        }
        crowd.forEach(Disposable::dispose);
        crowd.forEach(Disposable::dispose);
        CompletableFuture<@Nullable AccessToken> late = cache.get("a").toFuture();
        late.cancel(false);
        answer.tryEmitValue(ScriptedSource.lasting("t", ScriptedSource.LIFE));
        assertThat(virtual.get("a")).isEqualTo("t");
        assertThat(source.issues).hasValue(1);
    }

    @Test
    @DisplayName("a.5 / a.10.3 a server that never answers holds nobody up for longer than the limit")
    void requestHasADeadline() {
        source.answers(Mono.never());
        CompletableFuture<@Nullable AccessToken> caller = cache.get("a").toFuture();
        virtual.pass(Duration.ofSeconds(29));
        assertThat(caller).isNotDone();
        virtual.pass(Duration.ofSeconds(1));
        assertThatThrownBy(caller::join)
                .hasCauseInstanceOf(SandboxClientException.class)
                .hasRootCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("asking for the token of sandbox a wasn't answered within 30000 ms");
        assertThat(virtual.error("a"))
                .isInstanceOf(SandboxClientException.class)
                .hasMessageContaining("ago");
    }

    @Test
    void contextOfTheFirstCallerDoesNotReachTheSource() {
        AtomicReference<Boolean> seen = new AtomicReference<>();
        source.answers(Mono.deferContextual(context -> {
            seen.set(context.hasKey("identity"));
            return Mono.just(ScriptedSource.lasting("t", ScriptedSource.LIFE));
        }));
        source.kind = Mono.deferContextual(context -> Mono.just(context.hasKey("identity")));
        cache.get("a")
                .contextWrite(context -> context.put("identity", 7))
                .toFuture()
                .join();
        assertThat(seen).hasValue(false);
        assertThat(cache.gpu("a")
                        .contextWrite(context -> context.put("identity", 7))
                        .toFuture())
                .isCompletedWithValue(false);
    }

    @Test
    void sourceThatThrowsOrGivesNothingIsAnError() {
        source.answer = id -> {
            throw new IllegalStateException("broken source");
        };
        assertThat(virtual.error("a")).isInstanceOf(IllegalStateException.class);
        source.answers(Mono.empty());
        assertThat(virtual.error("b")).isInstanceOf(SandboxClientException.class);
        assertThat(virtual.metrics().failures()).isEqualTo(2);
    }

    @Test
    @DisplayName("a.5 1,000 first uses when the kind doesn't come with the token: one request for it (a.10.9)")
    void kindIsAskedForOnce() {
        Sinks.One<Boolean> kind = Sinks.one();
        source.kind = kind.asMono();
        List<CompletableFuture<Boolean>> crowd = IntStream.range(0, 1_000)
                .mapToObj(i -> cache.gpu("a").toFuture())
                .toList();
        kind.tryEmitValue(true);
        assertThat(crowd).allSatisfy(caller -> assertThat(caller).isCompletedWithValue(true));
        assertThat(source.kinds).hasValue(1);
        assertThat(source.issues).hasValue(0);
    }

    @Test
    @DisplayName("a.10.9 the kind outlives tokens")
    void kindSurvivesRefreshesAndInvalidations() {
        source.answers(Mono.just(new TokenAnswer("t", null, null, ScriptedSource.LIFE, null, true)));
        AccessToken token = virtual.token("a");
        source.answers(ScriptedSource.LIFE);
        cache.invalidate(token);
        virtual.token("a");
        virtual.pass(Duration.ofMinutes(31));
        virtual.token("a");
        assertThat(cache.gpu("a").toFuture()).isCompletedWithValue(true);
        assertThat(source.kinds).hasValue(0);
    }

    @Test
    void failedKindIsRememberedForAPauseOfItsOwn() {
        source.kind = Mono.error(ScriptedSource.refusal(500, null));
        assertThat(cache.gpu("a").toFuture()).isCompletedExceptionally();
        assertThat(cache.gpu("a").toFuture()).isCompletedExceptionally();
        assertThat(source.kinds).hasValue(1);
        assertThat(virtual.get("a")).isEqualTo("a-1");
        virtual.pass(Duration.ofMillis(250));
        source.kind = Mono.just(false);
        assertThat(cache.gpu("a").toFuture()).isCompletedWithValue(false);
    }

    @Test
    void closedCacheRefusesAndCancels() {
        source.answers(Mono.never());
        CompletableFuture<@Nullable AccessToken> waiting = cache.get("a").toFuture();
        cache.close();
        assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
        assertThat(virtual.error("a")).isInstanceOf(RejectedExecutionException.class);
        assertThat(cache.gpu("a").toFuture()).isCompletedExceptionally();
        assertThat(virtual.metrics().entries()).isZero();
    }

    @Test
    void secretIsInNoText() {
        AccessToken token = virtual.token("a");
        assertThat(token.toString()
                        + virtual.metrics()
                        + source.answer.apply("a").toFuture().join())
                .doesNotContain(token.value());
    }

    private List<CompletableFuture<@Nullable AccessToken>> callers(int count) {
        List<CompletableFuture<@Nullable AccessToken>> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callers.add(cache.get("a").toFuture());
        }
        return callers;
    }
}
