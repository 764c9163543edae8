package dev.sandbar.web.mcp;

import dev.sandbar.session.Sessions;
import dev.sandbar.token.ApiKeys;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.RouteTable;
import dev.sandbar.web.sse.ServerSentEvents;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The route of MCP. */
public final class McpRoutes {

    private static final String PATH = "/sessions/{id}/mcp";

    private final ApiKeys keys;
    private final McpClients clients;
    private final McpHandler handler;

    /**
     * @param json whose limit is that of a message
     * @param version of the service
     */
    public McpRoutes(
            Sessions sessions, McpClients clients, ApiKeys keys, ServerSentEvents streams, Json json, String version) {
        this.keys = keys;
        this.clients = clients;
        this.handler = new McpHandler(sessions, clients, streams, json, version);
    }

    /** Other methods are refused by 405, GET too: the service never begins to speak by itself. */
    public RouterFunction<ServerResponse> owned() {
        Origins origins = new Origins(clients.settings().origins());
        return new RouteTable()
                .behind(origins.andThen(new KeyHolders(keys)))
                .post(PATH, handler::post)
                .delete(PATH, handler::end)
                .build();
    }
}
