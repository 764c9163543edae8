package dev.sandbar.web.mcp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/** One MCP session: whose it is, where, and which calls run in it. Thread-safe. */
final class McpClient {

    private static final int MOST_CALLS = 64;

    private final Map<String, Sinks.Empty<Void>> calls = new HashMap<>();
    private final String id;
    private final String owner;
    private final String session;
    private long usedAt;
    private boolean ended;

    McpClient(String id, String owner, String session, long now) {
        this.id = id;
        this.owner = owner;
        this.session = session;
        this.usedAt = now;
    }

    String id() {
        return id;
    }

    String session() {
        return session;
    }

    boolean isOf(String asking, String path) {
        return owner.equals(asking) && session.equals(path);
    }

    synchronized void used(long now) {
        usedAt = now;
    }

    synchronized long usedAt() {
        return usedAt;
    }

    synchronized boolean isBusy() {
        return !calls.isEmpty();
    }

    /** The work of a request, until the client cancels that, by which it just completes. */
    <T> Flux<T> run(JsonNode request, Flux<T> work) {
        String key = request.toString();
        return Flux.using(() -> enter(key), stop -> work.takeUntilOther(stop.asMono()), stop -> leave(key));
    }

    private synchronized Sinks.Empty<Void> enter(String key) {
        if (ended)
            throw new RpcException(RpcException.INVALID_REQUEST, "The MCP session has ended: initialize another one");
        if (calls.containsKey(key)) {
            throw new RpcException(RpcException.INVALID_REQUEST, "A request with the id " + key + " runs already");
        }
        if (calls.size() >= MOST_CALLS) {
            throw new RpcException(
                    RpcException.INVALID_REQUEST, MOST_CALLS + " calls run, which is the limit: wait for one to end");
        }
        Sinks.Empty<Void> stop = Sinks.empty();
        calls.put(key, stop);
        return stop;
    }

    private synchronized void leave(String key) {
        calls.remove(key);
    }

    /** Ends the request's work; nothing where it doesn't run any more. */
    void cancel(JsonNode request) {
        Sinks.Empty<Void> stop;
        synchronized (this) {
            stop = calls.get(request.toString());
        }
        if (stop != null) stop.tryEmitEmpty();
    }

    /** Ends all that runs, and lets nothing more begin. */
    void end() {
        List<Sinks.Empty<Void>> stops;
        synchronized (this) {
            ended = true;
            stops = List.copyOf(calls.values());
        }
        stops.forEach(Sinks.Empty::tryEmitEmpty);
    }
}
