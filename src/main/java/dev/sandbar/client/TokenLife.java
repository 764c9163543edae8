package dev.sandbar.client;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a token may be used from the moment on at which it came. A life that is short has margins that are shorter
 * still, so that any token can be kept.
 *
 * @param soft until it is refreshed ahead
 * @param hard until it isn't used any more
 * @param expiresAt its end by this machine's clock; null where that isn't known
 */
record TokenLife(Duration soft, Duration hard, @Nullable Instant expiresAt) {

    /** What the way from the server may have taken, where the life itself is known. */
    private static final Duration TRANSIT = Duration.ofSeconds(2);

    private static final int MARGIN_SHARE = 5;
    private static final int SKEW_SHARE = 10;

    /**
     * The life of a token that came now. What depends on no clock is believed first, then what depends on the server's alone;
     * what can't be true, such as an end that has passed before it came, is as good as nothing.
     */
    static TokenLife of(TokenAnswer answer, Instant now, TokenCacheSettings settings, double random) {
        Duration life = answer.expiresIn();
        if (life != null && life.compareTo(Duration.ZERO) > 0) {
            return known(life, life, TRANSIT, now, settings, random);
        }
        Instant end = answer.expiresAt();
        if (end == null) return unknown(settings);
        Instant serverTime = answer.serverTime();
        Duration left = Duration.between(serverTime == null ? now : serverTime, end);
        if (left.compareTo(Duration.ZERO) <= 0) return unknown(settings);
        return known(left, left, serverTime == null ? settings.clockSkew() : TRANSIT, now, settings, random);
    }

    /** What is left of a token that was kept, by this machine's clock; null for nothing. Its end has the allowance in it. */
    static @Nullable TokenLife rest(SavedToken saved, Instant now, TokenCacheSettings settings, double random) {
        Duration life = Duration.of(saved.expiresAt() - saved.issuedAt(), ChronoUnit.MICROS);
        Duration left = Duration.of(saved.expiresAt() - SavedToken.micros(now), ChronoUnit.MICROS);
        TokenLife rest = known(life, shorter(life, left), Duration.ZERO, now, settings, random);
        return rest.hard.compareTo(Duration.ZERO) > 0 ? rest : null;
    }

    private static TokenLife known(
            Duration whole, Duration left, Duration skew, Instant now, TokenCacheSettings settings, double random) {
        Duration life = shorter(whole, settings.longest());
        Duration rest = shorter(left, settings.longest());
        Duration margin = shorter(settings.margin(), life.dividedBy(MARGIN_SHARE));
        Duration early = margin.minusNanos((long) (margin.toNanos() * random / 3));
        Duration allowance = shorter(skew, life.dividedBy(SKEW_SHARE));
        return new TokenLife(rest.minus(longer(early, allowance)), rest.minus(allowance), now.plus(rest));
    }

    private static TokenLife unknown(TokenCacheSettings settings) {
        return new TokenLife(settings.unknownLife(), settings.unknownLife(), null);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
