package dev.sandbar.web.control;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.token.Grant;
import dev.sandbar.token.TokenException;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.Times;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/** Issues and revokes short-lived access tokens. */
final class AuthHandler {

    private final Sandboxes sandboxes;
    private final BearerTokens tokens;
    private final Json json;
    private final boolean gpu;

    /**
     * @param gpu whether sandboxes have a GPU
     */
    AuthHandler(Sandboxes sandboxes, BearerTokens tokens, Json json, boolean gpu) {
        this.sandboxes = sandboxes;
        this.tokens = tokens;
        this.json = json;
        this.gpu = gpu;
    }

    /** The answer; {@code expiresIn} in seconds. */
    record AuthView(String sandboxID, String token, String gatewayUrl, String expiresAt, long expiresIn, boolean gpu) {}

    Mono<ServerResponse> issue(ServerRequest request) {
        String id = own(request).id();
        String gateway = gateway(request);
        return tokens.issue(id)
                .onErrorMap(TokenException.Gone.class, meanwhile -> new SandboxException.NotFound(id))
                .flatMap(grant -> answer(
                        grant,
                        new AuthView(
                                id,
                                grant.token(),
                                gateway,
                                Times.text(grant.expiresAt()),
                                grant.left().toSeconds(),
                                gpu)));
    }

    /** With our time, so that clients whose clocks are wrong can tell by how much. */
    private Mono<ServerResponse> answer(Grant grant, AuthView view) {
        ServerResponse.BodyBuilder response = ServerResponse.ok()
                .cacheControl(CacheControl.noStore())
                .headers(headers -> headers.setDate(grant.at().toEpochMilli()));
        return json.answer(response, view);
    }

    Mono<ServerResponse> revoke(ServerRequest request) {
        String id = own(request).id();
        return tokens.revoke(id)
                .onErrorMap(TokenException.Gone.class, meanwhile -> new SandboxException.NotFound(id))
                .then(ServerResponse.noContent().build());
    }

    private Sandbox own(ServerRequest request) {
        return sandboxes.get(Owners.of(request), request.pathVariable("id"));
    }

    /** Where this client has reached us; what a proxy forwards is heard where the application is set to hear it. */
    private static String gateway(ServerRequest request) {
        if (request.headers().firstHeader(HttpHeaders.HOST) == null
                || request.uri().getHost() == null) {
            throw ApiException.invalid("The header Host must name the host that the service was reached by");
        }
        return UriComponentsBuilder.fromUri(request.uri())
                .userInfo(null)
                .replacePath(request.requestPath().contextPath().value())
                .replaceQuery(null)
                .fragment(null)
                .build()
                .toUriString();
    }
}
