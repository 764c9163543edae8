package dev.sandbar.client;

import reactor.core.publisher.Mono;

/**
 * Where tokens come from, usually a server's {@code POST /sandboxes/{id}/auth}. Its publishers are lazy, may be cancelled,
 * see an empty Reactor context, and fail with a {@link SandboxApiException} that says why.
 */
public interface TokenSource {

    /** A token of this sandbox that is valid now; asks once for each subscription, without retries. */
    Mono<TokenAnswer> issue(String sandboxId);

    /** Whether the sandbox has a GPU, for servers that don't say so with the token. */
    Mono<Boolean> gpu(String sandboxId);
}
