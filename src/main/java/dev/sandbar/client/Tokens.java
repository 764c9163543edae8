package dev.sandbar.client;

import reactor.core.publisher.Mono;

/** Where the tokens for calls in sandboxes come from. */
interface Tokens {

    /** The token of a sandbox; fails with what the server said, or with what went wrong. */
    Mono<AccessToken> get(String sandboxId);

    /** Says that a server has refused this token: the next {@link #get} brings another one. */
    void invalidate(AccessToken used);

    /** Forgets a sandbox that is gone. */
    void evict(String sandboxId);
}
