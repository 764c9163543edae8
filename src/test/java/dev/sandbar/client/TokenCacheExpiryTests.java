package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

@DisplayName("a.10.5, a.10.6, a.10.8 the end of tokens, and of what is kept")
class TokenCacheExpiryTests {

    private final VirtualCache virtual = new VirtualCache(TokenCacheSettings.DEFAULT.withEntries(16));
    private final ScriptedSource source = virtual.source;

    @AfterEach
    void nothingIsUnderWay() {
        assertThat(virtual.cache.underWay()).isZero();
        virtual.close();
    }

    @Test
    void oldTokenServesWhileOneRefreshRunsAhead() {
        assertThat(virtual.get("a")).isEqualTo("a-1");
        virtual.pass(Duration.ofMinutes(29).minusMillis(1));
        assertThat(virtual.get("a")).isEqualTo("a-1");
        assertThat(source.issues).hasValue(1);

        Sinks.One<TokenAnswer> answer = Sinks.one();
        source.answers(answer.asMono());
        virtual.pass(Duration.ofMillis(1));
        for (int i = 0; i < 1_000; i++) {
            assertThat(virtual.get("a")).isEqualTo("a-1");
        }
        assertThat(source.issues).hasValue(2);
        answer.tryEmitValue(ScriptedSource.lasting("new", ScriptedSource.LIFE));
        assertThat(virtual.get("a")).isEqualTo("new");
        assertThat(virtual.metrics().misses()).isEqualTo(1);
        assertThat(virtual.metrics().joined()).isZero();
    }

    @Test
    void jitterDecidesWhenARefreshRunsAhead() {
        virtual.random = 1;
        virtual.get("late");
        virtual.random = 0;
        virtual.get("a");
        virtual.pass(Duration.ofSeconds(1_750));
        virtual.get("late");
        virtual.get("a");
        assertThat(source.issues).hasValue(3);
        assertThat(virtual.get("late")).isEqualTo("late-1");
        assertThat(virtual.get("a")).isEqualTo("a-3");
    }

    @Test
    void failedRefreshAheadKeepsTheOldTokenUntilItsEnd() {
        virtual.get("a");
        virtual.pass(Duration.ofSeconds(1_750));
        source.fails(503);
        for (int i = 0; i < 1_000; i++) {
            assertThat(virtual.get("a")).isEqualTo("a-1");
        }
        assertThat(source.issues).hasValue(2);
        virtual.pass(Duration.ofMillis(250));
        assertThat(virtual.get("a")).isEqualTo("a-1");
        assertThat(source.issues).hasValue(3);
        virtual.pass(Duration.ofSeconds(47));
        assertThat(virtual.get("a")).isEqualTo("a-1");
        virtual.pass(Duration.ofSeconds(5));
        assertThat(virtual.error("a")).hasMessage("refused by 503");
    }

    @Test
    void refreshAheadThatRecoversIsServed() {
        virtual.get("a");
        virtual.pass(Duration.ofSeconds(1_750));
        source.fails(503);
        virtual.get("a");
        source.answers(ScriptedSource.LIFE);
        virtual.pass(Duration.ofSeconds(1));
        virtual.get("a");
        assertThat(virtual.get("a")).isEqualTo("a-3");
    }

    @Test
    void tokenThatWasNotUsedIsNotRefreshed() {
        virtual.get("a");
        virtual.pass(Duration.ofHours(5));
        assertThat(source.issues).hasValue(1);
        assertThat(virtual.get("a")).isEqualTo("a-2");
    }

    @Test
    @DisplayName("a.5 a token whose life is at most 60 s is kept: five calls make one request")
    void shortLifeIsKept() {
        source.answers(Duration.ofSeconds(60));
        for (int i = 0; i < 5; i++) {
            assertThat(virtual.get("a")).isEqualTo("a-1");
        }
        source.answers(Duration.ofMillis(100));
        assertThat(virtual.get("b")).isEqualTo("b-2");
        assertThat(virtual.get("b")).isEqualTo("b-2");
        virtual.pass(Duration.ofMillis(90));
        assertThat(virtual.get("b")).isEqualTo("b-3");
    }

    @Test
    @DisplayName("a.5 an end that is missing or unreadable poisons nothing")
    void unknownEndServesForAShortWhile() {
        source.answer = id -> Mono.just(ScriptedSource.lasting(id + source.issues.get(), null));
        assertThat(virtual.token("a").expiresAt()).isNull();
        assertThat(virtual.get("a")).isEqualTo("a1");
        virtual.pass(Duration.ofSeconds(10));
        source.answers(ScriptedSource.LIFE);
        assertThat(virtual.get("a")).isEqualTo("a-2");
    }

    @Test
    void clockOfTheDayDoesNotEndTokens() {
        virtual.get("a");
        virtual.clockAhead = Duration.ofDays(3);
        assertThat(virtual.get("a")).isEqualTo("a-1");
        virtual.clockAhead = Duration.ofDays(-3);
        virtual.pass(Duration.ofMinutes(31));
        assertThat(virtual.get("a")).isEqualTo("a-2");
    }

    @Test
    void leastRecentlyUsedGoesFirst() {
        for (int i = 0; i < 16; i++) {
            virtual.get("sb" + i);
            virtual.pass(Duration.ofSeconds(1));
        }
        virtual.get("sb0");
        virtual.pass(Duration.ofSeconds(1));
        virtual.get("one more");
        assertThat(virtual.metrics().entries()).isLessThanOrEqualTo(16);
        assertThat(virtual.metrics().evictions())
                .isEqualTo(17 - virtual.metrics().entries());
        assertThat(virtual.get("sb0")).isEqualTo("sb0-1");
        assertThat(virtual.get("one more")).isEqualTo("one more-17");
        assertThat(virtual.get("sb1")).isEqualTo("sb1-18");
    }

    @Test
    void whoseTokenWasAskedForAnewCountsAsUsed() {
        source.answers(Duration.ofSeconds(30));
        virtual.get("sb0");
        source.answers(ScriptedSource.LIFE);
        for (int i = 1; i < 16; i++) {
            virtual.get("sb" + i);
            virtual.pass(Duration.ofSeconds(1));
        }
        virtual.pass(Duration.ofMinutes(1));
        assertThat(virtual.get("sb0")).isEqualTo("sb0-17");
        virtual.pass(Duration.ofSeconds(1));
        virtual.get("one more");
        assertThat(virtual.get("sb0")).isEqualTo("sb0-17");
    }

    @Test
    void strangersInAnyNumberTakeNoMoreThanThereIs() {
        source.fails(404);
        for (int i = 0; i < 1_000; i++) {
            virtual.error("sb" + i);
            assertThat(virtual.metrics().entries()).isLessThanOrEqualTo(16);
        }
    }

    @Test
    void whatNobodyUsesIsForgotten() {
        source.answers(Duration.ofHours(3));
        virtual.get("used");
        virtual.get("unused");
        source.answers(Duration.ofSeconds(5));
        virtual.get("ended");
        virtual.pass(Duration.ofSeconds(50));
        virtual.cache.sweep();
        assertThat(virtual.metrics().entries()).isEqualTo(3);
        virtual.pass(Duration.ofSeconds(10));
        virtual.cache.sweep();
        assertThat(virtual.metrics().entries()).isEqualTo(2);
        virtual.pass(Duration.ofMinutes(40));
        virtual.get("used");
        virtual.pass(Duration.ofMinutes(40));
        virtual.cache.sweep();
        assertThat(virtual.metrics().entries()).isEqualTo(1);
        assertThat(virtual.get("used")).isEqualTo("used-1");
    }

    @Test
    void closedCacheLeavesNothingInTheTimer() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        TokenCache cache = TokenCache.of(source, TokenCacheSettings.DEFAULT, time, Clock.systemUTC());
        cache.get("a").block();
        cache.close();
        long scheduled = time.getScheduledTaskCount();
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(time.getScheduledTaskCount()).isEqualTo(scheduled);
        time.dispose();
    }
}
