package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Tokens that the server refuses, and sandboxes that are gone, also while a request is under way. */
class TokenCacheInvalidationTests {

    private final VirtualCache virtual = new VirtualCache();
    private final TokenCache cache = virtual.cache;
    private final ScriptedSource source = virtual.source;

    @AfterEach
    void nothingIsUnderWay() {
        assertThat(cache.underWay()).isZero();
        cache.close();
    }

    @Test
    @DisplayName("a.5 token revoked, 1,000 concurrent calls: one request, no call fails (a.10.4)")
    void crowdWithARevokedTokenMakesOneRequest() {
        Set<String> valid = ConcurrentHashMap.newKeySet();
        Sinks.One<TokenAnswer> answer = Sinks.one();
        AccessToken revoked = virtual.token("a");
        source.answers(answer.asMono());
        List<CompletableFuture<String>> calls = IntStream.range(0, 1_000)
                .mapToObj(i -> call(revoked, valid).toFuture())
                .toList();
        valid.add("new");
        answer.tryEmitValue(ScriptedSource.lasting("new", ScriptedSource.LIFE));
        assertThat(calls).allSatisfy(call -> assertThat(call).isCompletedWithValue("done"));
        assertThat(source.issues).hasValue(2);
        assertThat(virtual.metrics().invalidations()).isEqualTo(1);
    }

    /** As a client does: a refused token is refreshed once. */
    private Mono<String> call(AccessToken token, Set<String> valid) {
        if (valid.contains(token.value())) return Mono.just("done");
        cache.invalidate(token);
        return cache.get("a")
                .flatMap(fresh -> valid.contains(fresh.value()) ? Mono.just("done") : Mono.error(new AssertionError()));
    }

    @Test
    @DisplayName("a.10.4 a late invalidation with an old token leaves the good one alone")
    void lateInvalidationOfAnOldTokenDoesNothing() {
        AccessToken old = virtual.token("a");
        cache.invalidate(old);
        assertThat(virtual.get("a")).isEqualTo("a-2");
        cache.invalidate(old);
        cache.invalidate(new AccessToken("a", "never seen", null, null));
        assertThat(virtual.get("a")).isEqualTo("a-2");
        assertThat(source.issues).hasValue(2);
        assertThat(virtual.metrics().invalidations()).isEqualTo(1);
    }

    @Test
    void invalidationOfAnotherSandboxesTokenDoesNothing() {
        AccessToken token = virtual.token("a");
        cache.invalidate(new AccessToken("b", token.value(), null, null));
        assertThat(virtual.get("a")).isEqualTo(token.value());
    }

    @Test
    @DisplayName("a.10.4 a refused token that comes again is not served: one more request, and no further")
    void serverThatHandsOutARefusedTokenIsAskedOnceMore() {
        source.answers(Mono.just(ScriptedSource.lasting("same", ScriptedSource.LIFE)));
        cache.invalidate(virtual.token("a"));
        assertThat(virtual.error("a")).hasMessageContaining("only tokens that it has refused");
        assertThat(source.issues).hasValue(3);
        virtual.error("a");
        assertThat(source.issues).hasValue(3);

        source.answer =
                id -> Mono.just(ScriptedSource.lasting(source.issues.get() < 5 ? "same" : "new", ScriptedSource.LIFE));
        virtual.pass(Duration.ofMillis(250));
        assertThat(virtual.get("a")).isEqualTo("new");
        assertThat(source.issues).hasValue(5);
    }

    @Test
    void tokenThatIsRefusedDuringARefreshIsNotServedWhenThatBringsItAgain() {
        AccessToken token = virtual.token("a");
        virtual.pass(Duration.ofMinutes(29));
        Sinks.One<TokenAnswer> first = Sinks.one();
        source.answer = id -> source.issues.get() == 2
                ? first.asMono()
                : Mono.just(ScriptedSource.lasting("new", ScriptedSource.LIFE));
        virtual.get("a");
        cache.invalidate(token);
        CompletableFuture<@Nullable AccessToken> waiting = cache.get("a").toFuture();
        first.tryEmitValue(ScriptedSource.lasting(token.value(), ScriptedSource.LIFE));
        assertThat(waiting).isCompletedWithValueMatching(fresh -> fresh.value().equals("new"));
        assertThat(source.issues).hasValue(3);
    }

    @Test
    void refusedTokenIsBelievedAgainAfterAWhile() {
        source.answers(Mono.just(ScriptedSource.lasting("same", Duration.ofHours(2))));
        cache.invalidate(virtual.token("a"));
        virtual.error("a");
        virtual.pass(RejectedTokens.REMEMBERED);
        assertThat(virtual.get("a")).isEqualTo("same");
    }

    @Test
    void fewRefusedTokensAreRemembered() {
        RejectedTokens rejected = new RejectedTokens();
        for (int i = 0; i < 100; i++) {
            rejected.add("t" + i, 0);
            rejected.add("t" + i, 0);
        }
        assertThat(rejected.size()).isEqualTo(8);
        assertThat(rejected.contains("t99", 0)).isTrue();
        assertThat(rejected.contains("t0", 0)).isFalse();
    }

    @Test
    @DisplayName("a.10.8 what a request brings after clear() isn't kept, and later callers begin anew")
    void clearDuringARefreshIsNotUndone() {
        Sinks.One<TokenAnswer> old = Sinks.one();
        Sinks.One<TokenAnswer> fresh = Sinks.one();
        source.answer = id -> source.issues.get() == 1 ? old.asMono() : fresh.asMono();
        CompletableFuture<@Nullable AccessToken> before = cache.get("a").toFuture();
        assertThat(cache.clear().toFuture()).isCompleted();
        CompletableFuture<@Nullable AccessToken> after = cache.get("a").toFuture();
        assertThat(source.issues).hasValue(2);
        old.tryEmitValue(ScriptedSource.lasting("old", ScriptedSource.LIFE));
        assertThat(before).isCompletedWithValueMatching(token -> token.value().equals("old"));
        assertThat(after).isNotDone();
        fresh.tryEmitValue(ScriptedSource.lasting("fresh", ScriptedSource.LIFE));
        assertThat(after).isCompleted();
        assertThat(virtual.get("a")).isEqualTo("fresh");
    }

    @Test
    void clearIsLazyAndForgetsEverything() {
        virtual.get("a");
        virtual.get("b");
        Mono<Void> clear = cache.clear();
        assertThat(virtual.metrics().entries()).isEqualTo(2);
        assertThat(clear.toFuture()).isCompleted();
        assertThat(virtual.metrics().entries()).isZero();
    }

    @Test
    @DisplayName("a.10.8 entries go with their sandbox, also during a refresh")
    void evictDuringARefreshIsNotUndone() {
        Sinks.One<TokenAnswer> old = Sinks.one();
        source.answer = id -> source.issues.get() == 1 ? old.asMono() : Mono.error(ScriptedSource.refusal(404, null));
        CompletableFuture<@Nullable AccessToken> before = cache.get("a").toFuture();
        cache.evict("a");
        old.tryEmitValue(ScriptedSource.lasting("old", ScriptedSource.LIFE));
        assertThat(before).isCompleted();
        assertThat(virtual.metrics().entries()).isZero();
        assertThat(virtual.error("a")).isInstanceOf(SandboxApiException.class);
        assertThat(virtual.metrics().evictions()).isEqualTo(1);
    }

    @Test
    void evictForgetsFailuresAndKind() {
        source.fails(500);
        virtual.error("a");
        cache.gpu("a").toFuture().join();
        cache.evict("a");
        source.answers(ScriptedSource.LIFE);
        assertThat(virtual.get("a")).isEqualTo("a-2");
        cache.gpu("a").toFuture().join();
        assertThat(source.kinds).hasValue(2);
        cache.evict("never there");
    }
}
