package dev.sandbar.web.data;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bearer;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** The tokens that open a sandbox: the long-lived one, which decides alone where it is presented, and short-lived ones. */
final class Access {

    private final AccessTokens tokens;
    private final BearerTokens bearers;

    Access(AccessTokens tokens, BearerTokens bearers) {
        this.tokens = tokens;
        this.bearers = bearers;
    }

    /** Completes for whoever may enter, fails for everybody else. */
    Mono<Void> check(ServerRequest request, Sandbox sandbox) {
        String presented = token(request);
        String bearer = Bearer.of(request);
        if (presented == null && bearer != null)
            return bearers.verify(bearer, sandbox.id()).then();
        if (presented != null && tokens.matches(sandbox.id(), presented)) return Mono.empty();
        String what = presented == null ? "missing" : "wrong";
        return Mono.error(() -> new ApiException(401, "unauthorized access, the header X-Access-Token is " + what));
    }

    static @Nullable String token(ServerRequest request) {
        return request.headers().firstHeader("X-Access-Token");
    }

    /** What signatures are made with. */
    String longLived(Sandbox sandbox) {
        return tokens.of(sandbox.id());
    }
}
