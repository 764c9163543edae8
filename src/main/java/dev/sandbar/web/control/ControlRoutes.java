package dev.sandbar.web.control;

import dev.sandbar.event.Events;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.RouteTable;
import dev.sandbar.web.http.TokenHolders;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sse.ServerSentEvents;
import java.time.Clock;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The control plane's table of contents. */
public final class ControlRoutes {

    private final SandboxHandler sandboxes;
    private final MetadataHandler metadata;
    private final MetricsHandler metrics;
    private final EventsHandler events;
    private final AuthHandler auth;
    private final Owners owners;
    private final TokenHolders holders;
    private final Json json;
    private final CapabilitiesView capabilities;

    public ControlRoutes(
            Sandboxes sandboxes,
            Events events,
            ServerSentEvents streams,
            Owners owners,
            AccessTokens tokens,
            BearerTokens bearers,
            Idempotency idempotency,
            Json json,
            RuntimeCapabilities capabilities,
            HardwareCatalogue hardware,
            String version) {
        this.sandboxes = new SandboxHandler(sandboxes, tokens, idempotency, json);
        this.metadata = new MetadataHandler(sandboxes, json);
        this.metrics = new MetricsHandler(sandboxes, json, Clock.systemUTC());
        this.events = new EventsHandler(sandboxes, events, streams);
        this.auth = new AuthHandler(sandboxes, bearers, json, capabilities.gpu());
        this.owners = owners;
        this.holders = new TokenHolders(owners, bearers);
        this.json = json;
        this.capabilities = CapabilitiesView.of(version, capabilities, hardware);
    }

    /** Open to everybody. */
    public RouterFunction<ServerResponse> open() {
        return new RouteTable().get("/health", ControlRoutes::health).build();
    }

    /** What can be done in a sandbox with a token of it too, and the rest, for those who have an API key. */
    public RouterFunction<ServerResponse> owned() {
        return new RouteTable()
                .behind(owners)
                .any("/sandboxes/metrics", notOffered("Metrics of many sandboxes are"))
                .behind(holders)
                .get("/sandboxes/{id}", sandboxes::get)
                .post("/sandboxes/{id}/timeout", sandboxes::setTimeout)
                .post("/sandboxes/{id}/refreshes", sandboxes::refresh)
                .get("/sandboxes/{id}/metadata", metadata::get)
                .patch("/sandboxes/{id}/metadata", metadata::patch)
                .get("/sandboxes/{id}/metrics", metrics::get)
                .get("/sandboxes/{id}/events", events::follow)
                .behind(owners)
                .post("/sandboxes/{id}/auth", auth::issue)
                .delete("/sandboxes/{id}/auth", auth::revoke)
                .post("/sandboxes", sandboxes::createV1)
                .get("/sandboxes", sandboxes::listV1)
                .post("/v2/sandboxes", sandboxes::createV2)
                .get("/v2/sandboxes", sandboxes::listV2)
                .delete("/sandboxes/{id}", sandboxes::kill)
                .post("/sandboxes/{id}/connect", sandboxes::connectV1)
                .post("/v2/sandboxes/{id}/connect", sandboxes::connectV2)
                .get("/capabilities", this::capabilities)
                .any("/sandboxes/{id}/pause", notOffered("Pausing is"))
                .any("/sandboxes/{id}/resume", notOffered("Resuming is"))
                .any("/sandboxes/{id}/fork", notOffered("Forking is"))
                .any("/sandboxes/{id}/snapshots", notOffered("Snapshots are"))
                .any("/sandboxes/{id}/network", notOffered("Network rules are"))
                .any("/sandboxes/{id}/logs", notOffered("Logs of a sandbox are"))
                .any("/v2/sandboxes/{id}/logs", notOffered("Logs of a sandbox are"))
                .any("/snapshots/**", notOffered("Snapshots are"))
                .any("/templates/**", notOffered("Templates of one's own are"))
                .any("/v2/templates/**", notOffered("Templates of one's own are"))
                .any("/v3/templates/**", notOffered("Templates of one's own are"))
                .any("/volumes/**", notOffered("Volumes are"))
                .any("/volumecontent/**", notOffered("Volumes are"))
                .any("/secrets/**", notOffered("Secrets are"))
                .any("/teams/**", notOffered("Teams are"))
                .any("/api-keys/**", notOffered("API keys by HTTP are"))
                .build();
    }

    private static Mono<ServerResponse> health(ServerRequest request) {
        return ServerResponse.ok().contentType(MediaType.TEXT_PLAIN).bodyValue("Sandbar is up\n");
    }

    private Mono<ServerResponse> capabilities(ServerRequest request) {
        return json.answer(ServerResponse.ok(), capabilities);
    }

    private static HandlerFunction<ServerResponse> notOffered(String what) {
        return request -> Mono.error(ApiException.notOffered(what));
    }
}
