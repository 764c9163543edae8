package dev.sandbar.web.mcp;

import dev.sandbar.event.SseFrame;
import dev.sandbar.session.Session;
import dev.sandbar.session.SessionState;
import dev.sandbar.session.Sessions;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.sse.ServerSentEvents;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Takes one message with each request, and answers it. */
final class McpHandler {

    static final String SESSION = "Mcp-Session-Id";
    private static final String VERSION = "MCP-Protocol-Version";

    /** Older ones have batches, which aren't taken here. */
    private static final List<String> VERSIONS = List.of("2025-11-25", "2025-06-18");

    /** What a request that names no version is taken for. */
    private static final String UNNAMED = "2025-03-26";

    private final Sessions sessions;
    private final McpClients clients;
    private final McpCalls calls;
    private final ServerSentEvents streams;
    private final Json json;
    private final String version;

    McpHandler(
            Sessions sessions,
            McpClients clients,
            McpCalls calls,
            ServerSentEvents streams,
            Json json,
            String version) {
        this.sessions = sessions;
        this.clients = clients;
        this.calls = calls;
        this.streams = streams;
        this.json = json;
        this.version = version;
    }

    Mono<ServerResponse> post(ServerRequest request) {
        if (!takes(request, MediaType.APPLICATION_JSON) && !takes(request, MediaType.TEXT_EVENT_STREAM)) {
            return Mono.error(new ApiException(406, "Accept must hold application/json and text/event-stream"));
        }
        return session(request)
                .flatMap(session -> LongMessage.maybeOne(request, json)
                        ? ofAnyLength(request, session)
                        : json.requireBody(request).flatMap(body -> answer(request, session, body)))
                .onErrorResume(
                        RpcException.class, error -> say(ServerResponse.badRequest(), Messages.error(null, error)));
    }

    private Mono<ServerResponse> ofAnyLength(ServerRequest request, Session session) {
        json.checkType(request);
        return LongMessage.read(request, json)
                .flatMap(message ->
                        message.isTooLong() ? tooLong(request, message) : answer(request, session, message.whole()))
                .switchIfEmpty(Mono.error(() -> ApiException.invalid("A JSON body is required")));
    }

    /** A model that has written too much is told so as its tool's result. */
    private Mono<ServerResponse> tooLong(ServerRequest request, LongMessage message) {
        client(request);
        JsonNode id = message.id();
        if (id == null) return Mono.error(message.refusal());
        Object answer = message.isCall()
                ? Messages.result(id, Messages.of(message.result()))
                : Messages.error(id, new RpcException(RpcException.INVALID_REQUEST, message.words()));
        return say(request, answer);
    }

    private Mono<Session> session(ServerRequest request) {
        return sessions.get(Owners.of(request), request.pathVariable("id"));
    }

    private Mono<ServerResponse> answer(ServerRequest request, Session session, byte[] body) {
        Message message = Message.of(parsed(body));
        JsonNode id = message.id();
        if (id != null && message.method().equals("initialize")) return initialize(request, session, message, id);
        McpClient client = client(request);
        return id == null ? note(client, message) : answer(request, client, message, id);
    }

    private JsonNode parsed(byte[] body) {
        try {
            return json.parse(body, JsonNode.class);
        } catch (ApiException malformed) {
            throw new RpcException(RpcException.PARSE, malformed.failure().message());
        }
    }

    private McpClient client(ServerRequest request) {
        McpClient client =
                clients.of(request.headers().firstHeader(SESSION), Owners.of(request), request.pathVariable("id"));
        String spoken = request.headers().firstHeader(VERSION);
        if (spoken != null
                && !VERSIONS.contains(spoken.strip())
                && !spoken.strip().equals(UNNAMED)) {
            throw ApiException.invalid(VERSION + " must be one of " + String.join(", ", VERSIONS));
        }
        return client;
    }

    private Mono<ServerResponse> initialize(ServerRequest request, Session session, Message message, JsonNode id) {
        if (session.state() == SessionState.ENDED) {
            return Mono.error(new ApiException(410, "Session \"" + session.id() + "\" has ended: open another one"));
        }
        return refusing(id, () -> {
            String asked = message.text("protocolVersion");
            Map<String, Object> result = Map.of(
                    "protocolVersion",
                    VERSIONS.contains(asked) ? asked : VERSIONS.get(0),
                    "capabilities",
                    Map.of("tools", Map.of()),
                    "serverInfo",
                    Map.of("name", "sandbar", "version", version),
                    "instructions",
                    Instructions.of(session));
            McpClient opened = clients.open(Owners.of(request), session.id());
            return say(ServerResponse.ok().header(SESSION, opened.id()), Messages.result(id, result));
        });
    }

    /** What wants no answer; most of it only says that something has happened. */
    private Mono<ServerResponse> note(McpClient client, Message message) {
        JsonNode cancelled = message.params().path("requestId");
        if (message.method().equals("notifications/cancelled") && !cancelled.isMissingNode())
            clients.cancel(client, cancelled);
        return ServerResponse.accepted().build();
    }

    private Mono<ServerResponse> answer(ServerRequest request, McpClient client, Message message, JsonNode id) {
        String owner = Owners.of(request);
        return switch (message.method()) {
            case "ping" -> say(request, Messages.result(id, Map.of()));
            case "tools/list" ->
                calls.list(owner, client.session()).flatMap(tools -> say(request, Messages.result(id, tools)));
            case "tools/call" -> call(request, client, message, id);
            default ->
                say(
                        request,
                        Messages.error(
                                id,
                                new RpcException(
                                        RpcException.NO_METHOD,
                                        "There is no method \"" + message.method() + "\" here")));
        };
    }

    /** By a stream wherever the client takes one: its heartbeats keep the connection, however long the tool runs. */
    private Mono<ServerResponse> call(ServerRequest request, McpClient client, Message message, JsonNode id) {
        String owner = Owners.of(request);
        if (streamed(request)) {
            return stream(request, calls.call(client, owner, message, id, message.progressToken()));
        }
        return calls.call(client, owner, message, id, null)
                .reduce((before, last) -> last)
                .flatMap(answer -> say(ServerResponse.ok(), answer))
                .switchIfEmpty(Mono.defer(() -> ServerResponse.accepted().build()));
    }

    private Mono<ServerResponse> refusing(JsonNode id, Supplier<Mono<ServerResponse>> work) {
        return Mono.defer(work)
                .onErrorResume(RpcException.class, error -> say(ServerResponse.ok(), Messages.error(id, error)));
    }

    private Mono<ServerResponse> say(ServerRequest request, Object message) {
        return takes(request, MediaType.APPLICATION_JSON)
                ? say(ServerResponse.ok(), message)
                : stream(request, Flux.just(message));
    }

    private Mono<ServerResponse> say(ServerResponse.BodyBuilder response, Object message) {
        return json.answer(response, message);
    }

    private Mono<ServerResponse> stream(ServerRequest request, Flux<Object> messages) {
        return streams.answer(
                request, Flux.concat(Mono.just(SseFrame.OPEN), messages.map(message -> Messages.frame(json, message))));
    }

    private static boolean streamed(ServerRequest request) {
        return request.headers().accept().stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype)
                || !takes(request, MediaType.APPLICATION_JSON);
    }

    private static boolean takes(ServerRequest request, MediaType type) {
        List<MediaType> accepted = request.headers().accept();
        return accepted.isEmpty() || accepted.stream().anyMatch(range -> range.includes(type));
    }
}
