package dev.sandbar.autoconfigure;

import dev.sandbar.command.Commands;
import dev.sandbar.data.DataDirectory;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.session.Sessions;
import dev.sandbar.store.Store;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.ApiKeys;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.token.SessionTickets;
import dev.sandbar.web.SandbarRoutes;
import dev.sandbar.web.WebSettings;
import dev.sandbar.web.data.Preflights;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Refusals;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.idempotency.IdempotencySettings;
import dev.sandbar.web.mcp.McpClients;
import dev.sandbar.web.mcp.McpPreflights;
import dev.sandbar.web.mcp.McpRoutes;
import dev.sandbar.web.sse.ServerSentEvents;
import dev.sandbar.web.sse.SseSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP API. */
@AutoConfiguration(after = SandbarAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "sandbar.enabled", matchIfMissing = true)
public final class WebAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    WebSettings sandbarWebSettings(SandbarProperties properties) {
        String version = WebAutoConfiguration.class.getPackage().getImplementationVersion();
        SandbarProperties.BodyLimits bodies = properties.bodies();
        return WebSettings.of(
                        version == null ? "development" : version,
                        bodies.most().toBytes(),
                        bodies.mostPerOwner().toBytes())
                .withRefuseInternetAccess(properties.refuseInternetAccess());
    }

    @Bean
    Preflights sandbarPreflights() {
        return new Preflights();
    }

    /** Ended by {@link Shutdown}, while the event loops still turn. */
    @Bean(initMethod = "begin", destroyMethod = "close")
    ServerSentEvents sandbarStreams(SandbarProperties properties, JsonMapper mapper, WebSettings settings) {
        SseSettings usual = SseSettings.DEFAULT;
        Duration patience = properties.commands().readerPatience();
        Refusals refusals = new Refusals(new Json(mapper, settings.bodyLimit()));
        return new ServerSentEvents(
                refusals, new SseSettings(usual.heartbeat(), patience, usual.grace()), Schedulers.parallel());
    }

    @Bean(initMethod = "begin", destroyMethod = "close")
    @ConditionalOnMissingBean
    Idempotency sandbarIdempotency(SandbarProperties properties, Store store) {
        SandbarProperties.IdempotencyLimits set = properties.idempotency();
        IdempotencySettings usual = IdempotencySettings.DEFAULT;
        IdempotencySettings settings =
                new IdempotencySettings(set.retention(), set.mostPerOwner(), set.most(), usual.atOnce(), usual.limit());
        return new Idempotency(store, settings, Clock.tickMillis(ZoneOffset.UTC), Schedulers.parallel());
    }

    @Bean
    @ConditionalOnMissingBean
    McpClients sandbarMcpClients(SandbarProperties properties, DataDirectory data) {
        return new McpClients(properties.mcp().settings(), data.secret());
    }

    @Bean
    McpPreflights sandbarMcpPreflights(McpClients clients) {
        return new McpPreflights(clients.settings());
    }

    @Bean
    McpRoutes sandbarMcp(
            Sessions sessions,
            McpClients clients,
            ApiKeys keys,
            ServerSentEvents streams,
            JsonMapper mapper,
            WebSettings settings) {
        Json json = new Json(mapper, settings.callLimit());
        return new McpRoutes(sessions, clients, keys, streams, json, Schedulers.parallel(), settings.version());
    }

    @Bean
    SandbarRoutes.OfSessions sandbarRoutesOfSessions(
            Sessions sessions, HardwareCatalogue hardware, DataDirectory data) {
        SessionTickets tickets = new SessionTickets(data.secret(), Clock.tickMillis(ZoneOffset.UTC));
        return new SandbarRoutes.OfSessions(sessions, hardware, tickets);
    }

    @Bean
    RouterFunction<ServerResponse> sandbarRoutes(
            Sandboxes sandboxes,
            Events events,
            Commands commands,
            ApiKeys keys,
            AccessTokens tokens,
            BearerTokens bearers,
            SandboxRuntime runtime,
            SandbarRoutes.OfSessions sessions,
            ServerSentEvents streams,
            Idempotency idempotency,
            McpRoutes mcp,
            JsonMapper mapper,
            WebSettings settings) {
        return new SandbarRoutes(
                        sandboxes,
                        events,
                        commands,
                        keys,
                        tokens,
                        bearers,
                        runtime.capabilities(),
                        sessions,
                        streams,
                        idempotency,
                        mapper,
                        settings)
                .routes(mcp);
    }
}
