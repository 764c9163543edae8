package dev.sandbar.autoconfigure;

import dev.sandbar.sandbox.EndCause;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxListener;
import dev.sandbar.token.BearerTokens;
import reactor.core.publisher.Mono;

/** Short-lived tokens share the fate of their sandbox. What can't be removed at its end is removed when it is forgotten. */
final class TokensOfSandboxes implements SandboxListener {

    private final BearerTokens tokens;

    TokensOfSandboxes(BearerTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Mono<Void> ending(Sandbox sandbox, EndCause cause) {
        return tokens.forget(sandbox.id());
    }

    @Override
    public Mono<Void> forgotten(Sandbox sandbox) {
        return tokens.forget(sandbox.id());
    }
}
