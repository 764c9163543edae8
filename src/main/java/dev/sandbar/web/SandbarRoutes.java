package dev.sandbar.web;

import dev.sandbar.async.Shares;
import dev.sandbar.command.Commands;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.session.Sessions;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.ApiKeys;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.token.SessionTickets;
import dev.sandbar.web.commands.CommandRoutes;
import dev.sandbar.web.control.ControlRoutes;
import dev.sandbar.web.data.DataRoutes;
import dev.sandbar.web.http.Bodies;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.ReadableHeaders;
import dev.sandbar.web.http.Refusals;
import dev.sandbar.web.http.TokenHolders;
import dev.sandbar.web.http.UriText;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.mcp.McpRoutes;
import dev.sandbar.web.page.PageModule;
import dev.sandbar.web.sessions.SessionRoutes;
import dev.sandbar.web.sse.ServerSentEvents;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** All routes of the service. Errors of their handlers are answered here, whatever the application does with others. */
public final class SandbarRoutes {

    private final ControlRoutes control;
    private final CommandRoutes commands;
    private final DataRoutes data;
    private final PageModule page = new PageModule();
    private final Bodies bodies;
    private final Refusals refusals;
    private final SessionRoutes sessions;
    private final Recovered recovered;
    private final Recovered sessionsRecovered;

    /** What sessions need. */
    public record OfSessions(Sessions sessions, HardwareCatalogue hardware, SessionTickets tickets) {}

    public SandbarRoutes(
            Sandboxes sandboxes,
            Events events,
            Commands commands,
            ApiKeys keys,
            AccessTokens tokens,
            BearerTokens bearers,
            RuntimeCapabilities capabilities,
            OfSessions parts,
            ServerSentEvents streams,
            Idempotency idempotency,
            JsonMapper mapper,
            WebSettings settings) {
        Json json = new Json(mapper, settings.bodyLimit());
        Json protobuf = Json.ofProtobuf(mapper, settings.messageLimit());
        this.bodies = new Bodies(new Shares("bodies", settings.bodies(), settings.bodiesPerOwner()));
        this.refusals = new Refusals(json);
        this.recovered = new Recovered(sandboxes.recovered());
        this.sessionsRecovered = new Recovered(parts.sessions().recovered());
        Owners owners = new Owners(keys);
        this.control = new ControlRoutes(
                sandboxes,
                events,
                streams,
                owners,
                tokens,
                bearers,
                idempotency,
                json,
                capabilities,
                parts.hardware(),
                settings.refuseInternetAccess(),
                settings.version());
        this.sessions = new SessionRoutes(
                parts.sessions(),
                parts.tickets(),
                capabilities.templates().get(0),
                events,
                streams,
                owners,
                idempotency,
                json,
                new Json(mapper, settings.callLimit()));
        this.commands = new CommandRoutes(
                sandboxes,
                commands,
                capabilities.users(),
                new TokenHolders(owners, bearers),
                json,
                streams,
                idempotency,
                settings.messageLimit());
        this.data = new DataRoutes(
                sandboxes, commands, tokens, bearers, capabilities, protobuf, refusals, settings.messageLimit());
    }

    /** By what a request is: what is for a sandbox goes to the data plane, the rest by path. */
    public RouterFunction<ServerResponse> routes(McpRoutes mcp) {
        return all(inOrder().and(mcp.owned().filter(sessionsRecovered)));
    }

    /** As the other, without MCP. */
    RouterFunction<ServerResponse> routes() {
        return all(inOrder());
    }

    private RouterFunction<ServerResponse> inOrder() {
        return data.ofSandboxes()
                .filter(recovered)
                .and(control.open())
                .and(page.open())
                .and(control.owned().and(commands.owned()).filter(recovered))
                .and(sessions.owned().filter(sessionsRecovered));
    }

    private RouterFunction<ServerResponse> all(RouterFunction<ServerResponse> routes) {
        return routes.and(data.rest().filter(recovered))
                .filter(new UriText())
                .filter(new ReadableHeaders())
                .filter(bodies)
                .filter(refusals)
                .filter(new OnEventLoop());
    }
}
