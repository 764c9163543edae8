package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenLifeTests {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final TokenCacheSettings SETTINGS = TokenCacheSettings.DEFAULT;

    @Test
    @DisplayName("a.10.5 a token is refreshed ahead by the margin, which shrinks by up to a third by chance")
    void marginHasJitter() {
        assertThat(in(Duration.ofMinutes(30), 0).soft()).isEqualTo(Duration.ofMinutes(29));
        assertThat(in(Duration.ofMinutes(30), 1).soft()).isEqualTo(Duration.ofSeconds(1_760));
        assertThat(in(Duration.ofMinutes(30), 0.5).soft()).isEqualTo(Duration.ofSeconds(1_750));
    }

    @Test
    @DisplayName("a.10.5 the end has an allowance, which is small where no clock is compared")
    void endHasAnAllowance() {
        assertThat(in(Duration.ofMinutes(30), 0).hard()).isEqualTo(Duration.ofSeconds(1_798));
        assertThat(at(NOW.plusSeconds(1_800), null).hard()).isEqualTo(Duration.ofSeconds(1_770));
        assertThat(at(NOW.plusSeconds(1_800), NOW).hard()).isEqualTo(Duration.ofSeconds(1_798));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 1_000, 10_000, 59_000, 60_000, 61_000, 300_000})
    @DisplayName("a.5 / a.10.5 a token whose life is shorter than the margin is kept all the same")
    void shortLivesAreKept(long millis) {
        for (double random = 0; random <= 1; random += 0.25) {
            TokenLife life = in(Duration.ofMillis(millis), random);
            assertThat(life.soft())
                    .isBetween(Duration.ofMillis(millis).multipliedBy(7).dividedBy(10), life.hard());
            assertThat(life.soft()).isLessThan(life.hard());
            assertThat(life.hard()).isLessThan(Duration.ofMillis(millis));
        }
    }

    @Test
    void lifeThatDependsOnNoClockIsBelievedFirst() {
        TokenAnswer answer =
                new TokenAnswer("t", null, NOW.minusSeconds(5), Duration.ofMinutes(10), NOW.minusSeconds(99), null);
        assertThat(TokenLife.of(answer, NOW, SETTINGS, 0).hard()).isEqualTo(Duration.ofSeconds(598));
    }

    @Test
    @DisplayName("a.10.5 the server's own clock is believed before this machine's")
    void wrongClockOfThisMachineDoesNotMatter() {
        Instant serverTime = NOW.minus(Duration.ofDays(400));
        TokenLife life = at(serverTime.plusSeconds(600), serverTime);
        assertThat(life.hard()).isEqualTo(Duration.ofSeconds(598));
        assertThat(life.expiresAt()).isEqualTo(NOW.plusSeconds(600));
    }

    @Test
    @DisplayName("a.5 / a.10.6 a token whose end is missing or can't be true is used for a short while")
    void unknownEndIsAShortWhile() {
        TokenLife unknown = new TokenLife(SETTINGS.unknownLife(), SETTINGS.unknownLife(), null);
        assertThat(TokenLife.of(ScriptedSource.lasting("t", null), NOW, SETTINGS, 0.5))
                .isEqualTo(unknown);
        assertThat(in(Duration.ZERO, 0)).isEqualTo(unknown);
        assertThat(in(Duration.ofSeconds(-1), 0)).isEqualTo(unknown);
        assertThat(at(NOW.minusSeconds(1), null)).isEqualTo(unknown);
        assertThat(at(NOW, NOW)).isEqualTo(unknown);
        assertThat(at(Instant.MIN, NOW)).isEqualTo(unknown);
    }

    @Test
    void absurdEndsAreCut() {
        assertThat(in(Duration.ofSeconds(Long.MAX_VALUE), 0).hard()).isLessThan(SETTINGS.longest());
        assertThat(at(Instant.MAX, null).hard()).isLessThan(SETTINGS.longest());
        assertThat(at(Instant.MAX, Instant.MIN).expiresAt()).isEqualTo(NOW.plus(SETTINGS.longest()));
    }

    @Test
    void whatIsLeftOfASavedTokenIsCountedByTheClock() {
        long now = SavedToken.micros(NOW);
        TokenLife life = rest(now - 600_000_000, now + 1_200_000_000);
        assertThat(life).isNotNull();
        assertThat(life.hard()).isEqualTo(Duration.ofMinutes(20));
        assertThat(life.soft()).isEqualTo(Duration.ofMinutes(19));
        assertThat(rest(now - 600_000_000, now)).isNull();
        assertThat(rest(now + 10, now)).isNull();
    }

    @Test
    void savedTokenDoesNotLiveLongerBecauseTheClockWasSetBack() {
        long later = SavedToken.micros(NOW) + 86_400_000_000L;
        TokenLife life = rest(later, later + 60_000_000);
        assertThat(life).isNotNull();
        assertThat(life.hard()).isEqualTo(Duration.ofMinutes(1));
    }

    private static TokenLife in(Duration life, double random) {
        return TokenLife.of(ScriptedSource.lasting("t", life), NOW, SETTINGS, random);
    }

    private static TokenLife at(Instant end, @Nullable Instant serverTime) {
        return TokenLife.of(new TokenAnswer("t", null, end, null, serverTime, null), NOW, SETTINGS, 0);
    }

    private static @Nullable TokenLife rest(long issuedAt, long expiresAt) {
        return TokenLife.rest(new SavedToken("t", null, issuedAt, expiresAt, null), NOW, SETTINGS, 0);
    }
}
