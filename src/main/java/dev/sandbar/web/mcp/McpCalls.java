package dev.sandbar.web.mcp;

import dev.sandbar.session.SessionException;
import dev.sandbar.session.Sessions;
import dev.sandbar.session.tool.ToolArgumentException;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.web.http.Failures;
import dev.sandbar.web.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The session's tools, as MCP has them. */
final class McpCalls {

    private final Sessions sessions;
    private final McpClients clients;
    private final Json json;
    private final Scheduler timer;

    McpCalls(Sessions sessions, McpClients clients, Json json, Scheduler timer) {
        this.sessions = sessions;
        this.clients = clients;
        this.json = json;
        this.timer = timer;
    }

    Mono<Object> list(String owner, String session) {
        return sessions.tools(owner, session)
                .map(all -> Map.of("tools", all.stream().map(this::described).toList()));
    }

    private Map<String, Object> described(ToolDescription tool) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", tool.name());
        described.put("title", tool.title());
        described.put("description", tool.description());
        described.put("inputSchema", json.parse(tool.inputSchema().getBytes(StandardCharsets.UTF_8), JsonNode.class));
        described.put("annotations", annotations(tool.effects()));
        return described;
    }

    /** No tool reaches beyond its sandbox. */
    private static Map<String, Object> annotations(ToolDescription.Effects effects) {
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put("readOnlyHint", effects == ToolDescription.Effects.NONE);
        annotations.put("destructiveHint", effects != ToolDescription.Effects.NONE);
        annotations.put("idempotentHint", effects != ToolDescription.Effects.EACH_TIME);
        annotations.put("openWorldHint", false);
        return annotations;
    }

    /**
     * Calls a tool: emits its progress where that is asked for, then its answer, which is missing when it was cancelled.
     * Cancelling ends the tool. Never fails.
     *
     * @param token null for no progress
     */
    Flux<Object> call(McpClient client, String owner, Message message, JsonNode id, @Nullable JsonNode token) {
        return Flux.defer(() -> {
                    String name = message.text("name");
                    JsonNode arguments = arguments(message);
                    Flux<ToolEvent> events = known(owner, client.session(), name)
                            .thenMany(sessions.tool(owner, client.session(), name, arguments))
                            .onErrorResume(error -> !(error instanceof RpcException), McpCalls::failed);
                    return clients.run(client, id, told(events, name, id, token));
                })
                .onErrorResume(RpcException.class, error -> Mono.just(Messages.error(id, error)));
    }

    private static JsonNode arguments(Message message) {
        JsonNode arguments = message.params().path("arguments");
        if (arguments.isMissingNode() || arguments.isNull()) return JsonNodeFactory.instance.objectNode();
        if (arguments.isObject()) return arguments;
        throw new RpcException(RpcException.INVALID_PARAMS, "\"arguments\" must be an object");
    }

    private Mono<Void> known(String owner, String session, String name) {
        return sessions.tools(owner, session).flatMap(all -> {
            List<String> names = all.stream().map(ToolDescription::name).toList();
            return names.contains(name) ? Mono.empty() : Mono.error(unknown(name, names));
        });
    }

    private static RpcException unknown(String name, List<String> names) {
        return new RpcException(
                RpcException.INVALID_PARAMS,
                "There is no tool \"" + name + "\", but there are " + String.join(", ", names));
    }

    /** Never silent for long where the client wants to hear of its progress. */
    private Flux<Object> told(Flux<ToolEvent> events, String tool, JsonNode id, @Nullable JsonNode token) {
        if (token == null) return events.ofType(ToolEvent.End.class).map(end -> result(id, end));
        AtomicLong count = new AtomicLong();
        return Heartbeat.within(events, tool, clients.settings().progress(), timer)
                .map(event -> event instanceof ToolEvent.End end
                        ? result(id, end)
                        : Messages.progress(token, count.incrementAndGet(), text(event)));
    }

    private static Object result(JsonNode id, ToolEvent.End end) {
        return Messages.result(id, Messages.of(end.result()));
    }

    private static String text(ToolEvent event) {
        if (event instanceof ToolEvent.Output output) return output.text();
        return event instanceof ToolEvent.Progress progress ? progress.message() : "";
    }

    /** The AI is to read it: wrong arguments too, so that it can correct them. */
    private static Flux<ToolEvent> failed(Throwable error) {
        boolean meant = error instanceof ToolArgumentException || error instanceof SessionException;
        String text =
                meant ? String.valueOf(error.getMessage()) : Failures.of(error).message();
        return Flux.just(new ToolEvent.End(new ToolResult(false, "", text, null, null, false, null)));
    }
}
