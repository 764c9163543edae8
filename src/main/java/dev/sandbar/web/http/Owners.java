package dev.sandbar.web.http;

import dev.sandbar.token.ApiKeys;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Lets in whoever has an API key, and says to the handlers whose it is. */
public final class Owners implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private static final String OWNER = Owners.class.getName() + ".owner";

    private final ApiKeys keys;

    public Owners(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        String presented = request.headers().firstHeader("X-API-Key");
        if (presented == null) return Mono.error(new ApiException(401, missing(request)));
        String owner = keys.ownerOf(presented);
        if (owner == null) return Mono.error(new ApiException(401, "The API key is not known here"));
        admit(request, owner);
        return next.handle(request);
    }

    private static String missing(ServerRequest request) {
        boolean token = Bearer.of(request) != null;
        return "The header X-API-Key is required" + (token ? ": an access token of a sandbox is not enough here" : "");
    }

    /** Says whose request this is; for guards. */
    public static void admit(ServerRequest request, String owner) {
        request.attributes().put(OWNER, owner);
    }

    /** Whose request this is. */
    public static String of(ServerRequest request) {
        return (String) request.attribute(OWNER).orElseThrow();
    }
}
