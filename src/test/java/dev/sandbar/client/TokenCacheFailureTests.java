package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@DisplayName("a.10.2 a request that fails")
class TokenCacheFailureTests {

    private static final int MANY = 10_000;

    private final VirtualCache virtual = new VirtualCache();
    private final ScriptedSource source = virtual.source;

    @AfterEach
    void nothingIsUnderWay() {
        assertThat(virtual.cache.underWay()).isZero();
        virtual.close();
    }

    @Test
    @DisplayName(
            "a.5 1,000 callers and more, the server answers 404: one request, all get the error, none nests in another's call")
    void failureReachesEverybodyWhoWaitedOnceWithTheOriginalError() {
        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        Map<Integer, List<Throwable>> told = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            List<Throwable> mine = told.computeIfAbsent(i, caller -> new ArrayList<>());
            virtual.cache.get("a").subscribe(null, mine::add);
        }
        SandboxApiException original = ScriptedSource.refusal(404, null);
        answer.tryEmitError(original);
        assertThat(told.values())
                .hasSize(MANY)
                .allSatisfy(errors -> assertThat(errors).containsExactly(original));
        assertThat(source.issues).hasValue(1);
        assertThat(virtual.metrics().failures()).isEqualTo(1);
    }

    @Test
    @DisplayName("a.5 callers one after the other, the server answers 404: one request, not one each")
    void callersWithinThePauseAreToldAtOnce() {
        source.fails(404);
        Throwable original = virtual.error("a");
        for (int i = 0; i < 1_000; i++) {
            assertThat(virtual.error("a"))
                    .isNotSameAs(original)
                    .hasCause(original)
                    .isInstanceOf(SandboxApiException.class);
        }
        assertThat(source.issues).hasValue(1);
        assertThat(virtual.metrics().remembered()).isEqualTo(1_000);
    }

    @ParameterizedTest(name = "{0}: {1} ms, then {2} ms")
    @CsvSource({
        "500, 250, 500",
        "503, 250, 500",
        "401, 1000, 2000",
        "403, 1000, 2000",
        "404, 2000, 4000",
        "429, 500, 1000"
    })
    void nextCallerAfterThePauseBeginsAnewAndThePauseGrows(int status, long first, long second) {
        source.fails(status);
        virtual.error("a");
        virtual.pass(Duration.ofMillis(first - 1));
        assertThat(virtual.error("a")).hasCauseInstanceOf(SandboxApiException.class);
        virtual.pass(Duration.ofMillis(1));
        assertThat(virtual.error("a")).hasNoCause();
        virtual.pass(Duration.ofMillis(second - 1));
        virtual.error("a");
        assertThat(source.issues).hasValue(2);
        virtual.pass(Duration.ofMillis(1));
        virtual.error("a");
        assertThat(source.issues).hasValue(3);
    }

    @Test
    void successEndsTheGrowth() {
        source.fails(500);
        for (int i = 0; i < 5; i++) {
            virtual.error("a");
            virtual.pass(Duration.ofSeconds(1));
        }
        source.answers(ScriptedSource.LIFE);
        virtual.cache.invalidate(virtual.token("a"));
        source.fails(500);
        virtual.error("a");
        virtual.pass(Duration.ofMillis(250));
        source.answers(ScriptedSource.LIFE);
        assertThat(virtual.get("a")).isEqualTo("a-8");
    }

    @Test
    @DisplayName("a.10.11 Retry-After is honoured")
    void serverThatSaysWhenToComeAgainIsBelieved() {
        source.answers(Mono.error(ScriptedSource.refusal(429, Duration.ofSeconds(7))));
        virtual.error("a");
        virtual.pass(Duration.ofMillis(6_999));
        assertThat(virtual.error("a"))
                .isInstanceOfSatisfying(
                        SandboxApiException.class,
                        told -> assertThat(told.status()).isEqualTo(429));
        assertThat(source.issues).hasValue(1);
        virtual.pass(Duration.ofMillis(1));
        virtual.error("a");
        assertThat(source.issues).hasValue(2);
    }

    @Test
    void goneSandboxIsDroppedAtOnceThoughItsTokenWouldLast() {
        virtual.get("a");
        virtual.pass(Duration.ofMinutes(29));
        source.fails(404);
        assertThat(virtual.get("a")).isEqualTo("a-1");
        assertThat(virtual.error("a")).isInstanceOf(SandboxApiException.class);
        assertThat(source.issues).hasValue(2);
    }

    @Test
    void forbiddenRefreshAheadLeavesTheTokenThatServes() {
        virtual.get("a");
        virtual.pass(Duration.ofMinutes(29));
        source.fails(403);
        virtual.get("a");
        assertThat(virtual.get("a")).isEqualTo("a-1");
    }

    @Test
    void failureOfOneSandboxIsNotAnothers() {
        source.answer = id -> id.equals("bad")
                ? Mono.error(ScriptedSource.refusal(500, null))
                : Mono.just(ScriptedSource.lasting(id, ScriptedSource.LIFE));
        virtual.error("bad");
        assertThat(virtual.get("good")).isEqualTo("good");
    }

    @Test
    @DisplayName(
            "a.5 a failure among thousands of callers: nobody asks by recursion, also who asks again in its callback")
    void whoAsksAgainInTheCallbackOfAFailureIsToldWithoutARequest() {
        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        List<CompletableFuture<@Nullable AccessToken>> again = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Mono<AccessToken> twice = virtual.cache.get("a").onErrorResume(error -> virtual.cache.get("a"));
            again.add(twice.onErrorResume(error -> virtual.cache.get("a")).toFuture());
        }
        answer.tryEmitError(ScriptedSource.refusal(500, null));
        assertThat(again).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(source.issues).hasValue(1);
    }
}
