package dev.sandbar.web.mcp;

import dev.sandbar.session.Sessions;
import dev.sandbar.token.ApiKeys;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.RouteTable;
import dev.sandbar.web.sse.ServerSentEvents;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Scheduler;

/** The route of MCP. */
public final class McpRoutes {

    private static final String PATH = "/sessions/{id}/mcp";

    private final ApiKeys keys;
    private final McpClients clients;
    private final McpHandler handler;

    /**
     * @param json whose limit is that of a message
     * @param timer of heartbeats; the caller's own
     * @param version of the service
     */
    public McpRoutes(
            Sessions sessions,
            McpClients clients,
            ApiKeys keys,
            ServerSentEvents streams,
            Json json,
            Scheduler timer,
            String version) {
        this.keys = keys;
        this.clients = clients;
        McpCalls calls = new McpCalls(sessions, clients, json, timer);
        this.handler = new McpHandler(sessions, clients, calls, streams, json, version);
    }

    /**
     * Other methods are refused by 405: GET, since the service never begins to speak by itself, and DELETE, since there is
     * nothing to end.
     */
    public RouterFunction<ServerResponse> owned() {
        Origins origins = new Origins(clients.settings().origins());
        return new RouteTable()
                .behind(origins.andThen(new KeyHolders(keys)))
                .post(PATH, handler::post)
                .build();
    }
}
