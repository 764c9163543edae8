package dev.sandbar.web.http;

import dev.sandbar.token.BearerTokens;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Lets in whoever has a short-lived token of the sandbox in the path ({@code id}), for its owner, and whoever has an API
 * key. A key that is presented decides alone.
 */
public final class TokenHolders implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private static final String BY_TOKEN = TokenHolders.class.getName() + ".byToken";

    private final Owners owners;
    private final BearerTokens tokens;

    public TokenHolders(Owners owners, BearerTokens tokens) {
        this.owners = owners;
        this.tokens = tokens;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        String presented = Bearer.of(request);
        if (presented == null || request.headers().firstHeader("X-API-Key") != null) {
            return owners.filter(request, next);
        }
        return tokens.verify(presented, request.pathVariable("id"))
                .doOnNext(owner -> admit(request, owner))
                .flatMap(owner -> next.handle(request));
    }

    private static void admit(ServerRequest request, String owner) {
        Owners.admit(request, owner);
        request.attributes().put(BY_TOKEN, true);
    }

    /** Whether this request came in by a token, which gives fewer rights than a key. */
    public static boolean isOne(ServerRequest request) {
        return request.attributes().containsKey(BY_TOKEN);
    }
}
