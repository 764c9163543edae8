package dev.sandbar.web.mcp;

import dev.sandbar.token.ApiKeys;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bearer;
import dev.sandbar.web.http.Owners;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Lets in whoever has an API key, also as {@code Authorization: Bearer}, which is what MCP's clients can be set to. */
final class KeyHolders implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private static final String MISSING = "An API key is required, by the header X-API-Key or as Authorization: Bearer";

    private static final String CHALLENGE = "Bearer realm=\"Sandbar\"";

    private final ApiKeys keys;

    KeyHolders(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        String key = request.headers().firstHeader("X-API-Key");
        String presented = key == null ? Bearer.of(request) : key;
        if (presented == null) return Mono.error(ApiException.unauthorized(MISSING, CHALLENGE));
        String owner = keys.ownerOf(presented);
        if (owner == null) return Mono.error(ApiException.unauthorized("The API key is not known here", CHALLENGE));
        Owners.admit(request, owner);
        return next.handle(request);
    }
}
