package dev.sandbar.web.connect;

import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bodies;
import dev.sandbar.web.http.Challenges;
import dev.sandbar.web.http.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Turns functions on messages into handlers of Connect calls. */
public final class ConnectCalls {

    static final MediaType STREAM = MediaType.parseMediaType("application/connect+json");
    private static final int TIMEOUT_DIGITS = 10;

    private final Json json;
    private final int limit;

    /**
     * @param json by the rules of protobuf
     * @param limit bytes of the largest message
     */
    public ConnectCalls(Json json, int limit) {
        this.json = json;
        this.limit = limit;
    }

    /** A unary call: one message in, one out. */
    public <T> HandlerFunction<ServerResponse> unary(
            Class<T> type, BiFunction<ServerRequest, T, Mono<? extends Object>> call) {
        return request -> Mono.defer(() -> unaryMessage(request, type))
                .flatMap(message -> call.apply(request, message))
                .flatMap(answer -> json.answer(ServerResponse.ok(), answer))
                .onErrorResume(error -> refuse(ConnectErrors.of(error)));
    }

    /** A unary call whose answer is written as it comes. */
    public <T> HandlerFunction<ServerResponse> array(Class<T> type, BiFunction<ServerRequest, T, ArrayAnswer> call) {
        return request -> Mono.defer(() -> unaryMessage(request, type))
                .map(message -> call.apply(request, message))
                .flatMap(answer -> ServerResponse.ok().body((response, context) -> answer.write(response)))
                .onErrorResume(error -> refuse(ConnectErrors.of(error)));
    }

    /** A server stream: one message in, many out. Errors before the first message end the stream, as later ones do. */
    public <T> HandlerFunction<ServerResponse> stream(
            Class<T> type, BiFunction<ServerRequest, T, Mono<EventStream>> call) {
        return request -> Mono.defer(() -> streamMessage(request, type))
                .flatMap(message -> call.apply(request, message))
                .onErrorResume(error -> isOfHttp(error) ? Mono.error(error) : Mono.just(failed(error)))
                .flatMap(events -> ServerResponse.ok().contentType(STREAM).body(events::write));
    }

    /** A unary method that isn't offered. */
    public HandlerFunction<ServerResponse> noUnary(String what) {
        return request -> refuse(ConnectError.notOffered(what));
    }

    /** A streaming method that isn't offered. */
    public HandlerFunction<ServerResponse> noStream(String what) {
        return request -> ServerResponse.ok().contentType(STREAM).body(failed(ConnectError.notOffered(what))::write);
    }

    /** How long the client wants to wait; zero when it doesn't say. */
    public static Duration timeout(ServerRequest request) {
        String text = request.headers().firstHeader("Connect-Timeout-Ms");
        if (text == null) return Duration.ZERO;
        if (text.isEmpty() || text.length() > TIMEOUT_DIGITS || !text.chars().allMatch(Character::isDigit)) {
            throw ConnectError.invalid("Connect-Timeout-Ms must be a number of at most 10 digits");
        }
        return Duration.ofMillis(Math.max(1, Long.parseLong(text)));
    }

    private EventStream failed(Throwable error) {
        return EventStream.failed(json, ConnectErrors.of(error));
    }

    private static boolean isOfHttp(Throwable error) {
        return error instanceof ApiException refusal && refusal.failure().status() == 415;
    }

    private <T> Mono<T> unaryMessage(ServerRequest request, Class<T> type) {
        checkHeaders(request, "Content-Encoding");
        return json.content(request).defaultIfEmpty(EMPTY).map(bytes -> json.parse(bytes, type));
    }

    private <T> Mono<T> streamMessage(ServerRequest request, Class<T> type) {
        MediaType given = request.headers().contentType().orElse(null);
        if (given == null || !given.isCompatibleWith(STREAM)) {
            throw new ApiException(415, "Content-Type must be " + STREAM);
        }
        checkHeaders(request, "Connect-Content-Encoding");
        return EnvelopeReader.read(Bodies.of(request, limit + EnvelopeReader.HEAD), limit)
                .map(bytes -> json.parse(bytes.length == 0 ? EMPTY : bytes, type));
    }

    private static final byte[] EMPTY = {'{', '}'};

    private static void checkHeaders(ServerRequest request, String encodingHeader) {
        @Nullable String encoding = request.headers().firstHeader(encodingHeader);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ConnectError(ConnectCode.UNIMPLEMENTED, "Compression by \"" + encoding + "\" is not accepted");
        }
        String version = request.headers().firstHeader("Connect-Protocol-Version");
        if (!Set.of("1").contains(version == null ? "1" : version)) {
            throw ConnectError.invalid("Connect-Protocol-Version must be 1");
        }
    }

    private Mono<ServerResponse> refuse(ConnectError error) {
        Map<String, String> body = error.body();
        ServerResponse.BodyBuilder response = ServerResponse.status(error.code().status());
        if (error.code() == ConnectCode.UNAUTHENTICATED) response.header(HttpHeaders.WWW_AUTHENTICATE, Challenges.KEY);
        return json.answer(response, body);
    }
}
