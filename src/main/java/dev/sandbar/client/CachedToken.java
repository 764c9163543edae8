package dev.sandbar.client;

import reactor.core.publisher.Mono;

/**
 * A token that is kept, with what a hit is answered by.
 *
 * @param soft nanoseconds at which it is to be refreshed ahead
 * @param hard nanoseconds at which it isn't used any more
 * @param stamp when it came, in microseconds, later than that of any token before
 */
record CachedToken(AccessToken token, Mono<AccessToken> hit, long soft, long hard, long stamp) {

    static CachedToken of(AccessToken token, TokenLife life, long now, long stamp) {
        return new CachedToken(
                token,
                Mono.just(token),
                now + life.soft().toNanos(),
                now + life.hard().toNanos(),
                stamp);
    }

    boolean usable(long now) {
        return now - hard < 0;
    }

    boolean fresh(long now) {
        return now - soft < 0 && usable(now);
    }
}
