package dev.sandbar.web.mcp;

import dev.sandbar.web.http.ApiException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/**
 * The clients of MCP, and the calls that they have under way. Of a client nothing is kept: only what runs now is known here,
 * so that it can be cancelled and counted. Thread-safe; nothing waits.
 */
public final class McpClients {

    private final Map<Call, Sinks.Empty<Void>> calls = new HashMap<>();
    private final Map<String, Integer> ofSession = new HashMap<>();
    private final McpSettings settings;
    private final ClientIds ids;

    /** A request of a client, by what it calls it. */
    private record Call(McpClient client, String request) {}

    /**
     * @param secret signs their ids: at least 32 random bytes, the same in each run
     */
    public McpClients(McpSettings settings, byte[] secret) {
        this.settings = settings;
        this.ids = new ClientIds(secret);
    }

    /** What it was made with. */
    public McpSettings settings() {
        return settings;
    }

    McpClient open(String owner, String session) {
        return new McpClient(ids.issue(owner, session), owner, session);
    }

    /** The one that is meant. {@link ApiException} 400 for none, 404 for one that isn't of this owner's session. */
    McpClient of(@Nullable String id, String owner, String session) {
        if (id == null)
            throw ApiException.invalid("The header Mcp-Session-Id is required, as initialize has answered it");
        if (!ids.isValid(id, owner, session)) {
            throw new ApiException(404, "There is no such MCP session here: initialize another one");
        }
        return new McpClient(id, owner, session);
    }

    /** The work of a request, until the client cancels that, by which it just completes. */
    <T> Flux<T> run(McpClient client, JsonNode request, Flux<T> work) {
        Call call = new Call(client, request.toString());
        return Flux.using(() -> enter(call), stop -> work.takeUntilOther(stop.asMono()), stop -> leave(call));
    }

    private synchronized Sinks.Empty<Void> enter(Call call) {
        String session = call.client().session();
        int running = ofSession.getOrDefault(session, 0);
        if (calls.containsKey(call)) {
            throw new RpcException(
                    RpcException.INVALID_REQUEST, "A request with the id " + call.request() + " runs already");
        }
        if (running >= settings.calls()) {
            throw new RpcException(
                    RpcException.INVALID_REQUEST,
                    running
                            + " calls run in this session, which is the limit (sandbar.mcp.calls): wait for one to end");
        }
        Sinks.Empty<Void> stop = Sinks.empty();
        calls.put(call, stop);
        ofSession.put(session, running + 1);
        return stop;
    }

    private synchronized void leave(Call call) {
        calls.remove(call);
        ofSession.computeIfPresent(call.client().session(), (session, count) -> count == 1 ? null : count - 1);
    }

    /** Ends the request's work; nothing where it doesn't run any more. */
    void cancel(McpClient client, JsonNode request) {
        Sinks.Empty<Void> stop;
        synchronized (this) {
            stop = calls.get(new Call(client, request.toString()));
        }
        if (stop != null) stop.tryEmitEmpty();
    }

    /** How many calls run. */
    public synchronized int running() {
        return calls.size();
    }
}
