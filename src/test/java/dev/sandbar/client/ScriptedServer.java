package dev.sandbar.client;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A server on a port of its own that answers each request by the next step of a script, and hands out tokens besides. */
final class ScriptedServer implements AutoCloseable {

    private static final AttributeKey<Boolean> CARRIED = AttributeKey.valueOf("carried");

    /** What is done with one request. */
    interface Step {
        Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response);
    }

    /** A request as it came. */
    record Asked(String method, String uri, HttpHeaders headers, String body) {
        @Nullable String header(String name) {
            return headers.get(name);
        }
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger tokens = new AtomicInteger();

    /** Connections that have carried a step of the script and are closed; those for tokens alone are nobody's business. */
    final AtomicInteger closed = new AtomicInteger();

    private final Deque<Step> issues = new ConcurrentLinkedDeque<>();
    private final Deque<Step> steps = new ConcurrentLinkedDeque<>();
    private final DisposableServer server;

    ScriptedServer() {
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(connection -> connection.onDispose(() -> noteEnd(connection)))
                .handle(this::handle)
                .bindNow();
    }

    private void noteEnd(Connection connection) {
        if (connection.channel().hasAttr(CARRIED)) closed.incrementAndGet();
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        if (request.uri().endsWith("/auth")) {
            Step issue = issues.poll();
            if (issue != null) return issue.answer(request, response);
            String token = "{\"token\":\"secret-" + tokens.incrementAndGet() + "\",\"expiresIn\":1800}";
            return json(200, token).answer(request, response);
        }
        request.withConnection(connection -> connection.channel().attr(CARRIED).set(true));
        Step step = steps.poll();
        if (step instanceof Unread) {
            note(request, "");
            return step.answer(request, response);
        }
        return request.receive()
                .aggregate()
                .asString()
                .defaultIfEmpty("")
                .doOnNext(body -> note(request, body))
                .flatMap(body -> Mono.from((step == null ? json(599, "{}") : step).answer(request, response)));
    }

    private void note(HttpServerRequest request, String body) {
        asked.add(new Asked(request.method().name(), request.uri(), request.requestHeaders(), body));
    }

    ScriptedServer then(Step... next) {
        steps.addAll(List.of(next));
        return this;
    }

    /** What is done with requests for tokens before they are answered well. */
    ScriptedServer thenIssue(Step... next) {
        issues.addAll(List.of(next));
        return this;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** A client with short pauses, which has the address and a key. */
    SandboxClientBuilder client() {
        return SandboxClient.builder(address()).apiKey("key").attempts(3, Duration.ofMillis(2), Duration.ofMillis(4));
    }

    Asked last() {
        return asked.get(asked.size() - 1);
    }

    /** A step that leaves the request's body unread. */
    interface Unread extends Step {}

    static Step json(int status, String body, String... headers) {
        return (request, response) -> {
            response.status(status).header(HttpHeaderNames.CONTENT_TYPE, "application/json");
            for (int i = 0; i < headers.length; i += 2) response.header(headers[i], headers[i + 1]);
            return response.sendString(Mono.just(body));
        };
    }

    static Step error(int status, String... headers) {
        return json(status, "{\"code\":" + status + ",\"message\":\"said no\"}", headers);
    }

    static Step done() {
        return (request, response) -> response.status(204).send();
    }

    /** Closes the connection without an answer. */
    static Step reset() {
        return (request, response) -> close(response);
    }

    static Step stall() {
        return (request, response) -> Mono.never();
    }

    /** A complete answer. */
    static Step text(String type, String body, String... headers) {
        return (request, response) -> {
            response.status(200).header(HttpHeaderNames.CONTENT_TYPE, type);
            for (int i = 0; i < headers.length; i += 2) response.header(headers[i], headers[i + 1]);
            return response.sendByteArray(Mono.just(body.getBytes(StandardCharsets.ISO_8859_1)));
        };
    }

    /** The beginning of an answer, behind which the connection is closed. */
    static Step cut(String type, String body, String... headers) {
        return begun(type, body, headers, response -> close(response));
    }

    /** The beginning of an answer, behind which nothing more comes. */
    static Step hang(String type, String body, String... headers) {
        return begun(type, body, headers, response -> Mono.never());
    }

    private static Step begun(
            String type, String body, String[] headers, Function<HttpServerResponse, Mono<Void>> then) {
        return (request, response) -> {
            response.header(HttpHeaderNames.CONTENT_TYPE, type);
            for (int i = 0; i < headers.length; i += 2) response.header(headers[i], headers[i + 1]);
            byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
            return response.send(Flux.just(Unpooled.wrappedBuffer(bytes)), written -> true)
                    .then(Mono.defer(() -> then.apply(response)));
        };
    }

    static Step sse(String events) {
        return text("text/event-stream", events);
    }

    private static Mono<Void> close(HttpServerResponse response) {
        response.withConnection(ScriptedServer::closeNow);
        return Mono.never();
    }

    private static void closeNow(Connection connection) {
        var unused = connection.channel().close();
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
    }
}
