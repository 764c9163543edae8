package dev.sandbar.web.control;

import dev.sandbar.event.Events;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.RouteTable;
import dev.sandbar.web.http.TokenHolders;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sse.ServerSentEvents;
import java.time.Clock;
import java.time.ZoneOffset;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The control plane's table of contents. */
public final class ControlRoutes {

    private static final String LOGS = "Logs of a sandbox (its commands' output: GET /sandboxes/{id}/commands) are";
    private static final String EVENTS =
            "Events of many sandboxes (of one: GET /sandboxes/{id}/events) and webhooks are";
    private static final String TEMPLATES = "Templates of one's own are";

    private final SandboxHandler sandboxes;
    private final MetadataHandler metadata;
    private final MetricsHandler metrics;
    private final EventsHandler events;
    private final AuthHandler auth;
    private final TemplateHandler templates;
    private final Unoffered unoffered;
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
            boolean refusingInternet,
            String version) {
        this.sandboxes = new SandboxHandler(sandboxes, tokens, idempotency, json, refusingInternet);
        this.metadata = new MetadataHandler(sandboxes, json);
        this.metrics = new MetricsHandler(sandboxes, json, Clock.tickMillis(ZoneOffset.UTC));
        this.events = new EventsHandler(sandboxes, events, streams);
        this.auth = new AuthHandler(sandboxes, bearers, json, capabilities.gpu());
        this.templates = new TemplateHandler(sandboxes, json);
        this.unoffered = new Unoffered(sandboxes);
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
                .any("/sandboxes/metrics", unoffered.at("Metrics of many sandboxes are"))
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
                .get("/templates/aliases/{alias}", templates::find)
                .any("/sandboxes/{id}/pause", unoffered.ofSandbox("Pausing is"))
                .any("/sandboxes/{id}/resume", unoffered.ofSandbox("Resuming is"))
                .any("/sandboxes/{id}/fork", unoffered.ofSandbox("Forking is"))
                .any("/v2/sandboxes/{id}/fork", unoffered.ofSandbox("Forking is"))
                .any("/sandboxes/{id}/snapshots", unoffered.ofSandbox("Snapshots are"))
                .any("/sandboxes/{id}/network", unoffered.ofSandbox("Network rules are"))
                .any("/sandboxes/{id}/logs", unoffered.ofSandbox(LOGS))
                .any("/v2/sandboxes/{id}/logs", unoffered.ofSandbox(LOGS))
                .any("/events/sandboxes/{id}", unoffered.ofSandbox(EVENTS))
                .any("/events/**", unoffered.at(EVENTS))
                .any("/snapshots/**", unoffered.at("Snapshots are"))
                .any("/templates/tags", unoffered.at(TEMPLATES))
                .any("/templates/{id}/**", unoffered.ofTemplate(TEMPLATES))
                .any("/templates", unoffered.at(TEMPLATES))
                .any("/v2/templates/{id}/**", unoffered.ofTemplate(TEMPLATES))
                .any("/v2/templates", unoffered.at(TEMPLATES))
                .any("/v3/templates/**", unoffered.at(TEMPLATES))
                .any("/volumes/**", unoffered.at("Volumes are"))
                .any("/volumecontent/**", unoffered.at("Volumes are"))
                .any("/secrets/**", unoffered.at("Secrets are"))
                .any("/teams/**", unoffered.at("Teams are"))
                .any("/nodes/**", unoffered.at("Nodes are"))
                .any("/admin/**", unoffered.at("Administration by HTTP is"))
                .any("/api-keys/**", unoffered.at("API keys by HTTP are"))
                .any("/access-tokens/**", unoffered.at("Access tokens of users are"))
                .build();
    }

    private static Mono<ServerResponse> health(ServerRequest request) {
        return ServerResponse.ok().contentType(MediaType.TEXT_PLAIN).bodyValue("Sandbar is up\n");
    }

    private Mono<ServerResponse> capabilities(ServerRequest request) {
        return json.answer(ServerResponse.ok(), capabilities);
    }
}
