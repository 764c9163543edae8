package dev.sandbar.web.http;

import dev.sandbar.async.LateErrors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Answers what a handler refuses; as problem details for those who ask for them. */
public final class Refusals implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private final Json json;

    public Refusals(Json json) {
        this.json = json;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return Mono.defer(() -> next.handle(request))
                .contextWrite(LateErrors.expect(Failures::isRefusal))
                .onErrorResume(error -> answer(request, Failures.of(error), headersOf(error)));
    }

    /** The answer for this failure. */
    public Mono<ServerResponse> answer(ServerRequest request, Failure failure) {
        return answer(request, failure, HttpHeaders.EMPTY);
    }

    private Mono<ServerResponse> answer(ServerRequest request, Failure failure, HttpHeaders headers) {
        boolean problem = asksForProblem(request.headers().asHttpHeaders());
        Object retry = failure.facts().get(Failure.RETRY_AFTER);
        ServerResponse.BodyBuilder response = ServerResponse.status(failure.status())
                .contentType(problem ? MediaType.APPLICATION_PROBLEM_JSON : MediaType.APPLICATION_JSON);
        if (retry != null) response.header(HttpHeaders.RETRY_AFTER, retry.toString());
        return response.headers(all -> all.addAll(headers)).bodyValue(body(failure, problem));
    }

    private static HttpHeaders headersOf(Throwable error) {
        String challenge = Challenges.of(error);
        if (challenge != null) {
            HttpHeaders headers = new HttpHeaders();
            headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge);
            return headers;
        }
        return error instanceof ErrorResponse known ? known.getHeaders() : HttpHeaders.EMPTY;
    }

    /** Writes the refusal of an error into an answer of which nothing was sent yet. */
    public Mono<Void> write(HttpHeaders asked, ServerHttpResponse response, Throwable error) {
        Failure failure = Failures.of(error);
        boolean problem = asksForProblem(asked);
        byte[] body = body(failure, problem);
        HttpHeaders headers = response.getHeaders();
        headers.clear();
        headers.putAll(headersOf(error));
        headers.setContentType(problem ? MediaType.APPLICATION_PROBLEM_JSON : MediaType.APPLICATION_JSON);
        headers.setContentLength(body.length);
        Object retry = failure.facts().get(Failure.RETRY_AFTER);
        if (retry != null) headers.set(HttpHeaders.RETRY_AFTER, retry.toString());
        response.setRawStatusCode(failure.status());
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    byte[] body(Failure failure, boolean problem) {
        return json.bytes(problem ? failure.problem(Statuses.phrase(failure.status())) : failure.body());
    }

    static boolean asksForProblem(HttpHeaders headers) {
        return headers.getOrEmpty(HttpHeaders.ACCEPT).stream()
                .anyMatch(accept -> accept.contains(MediaType.APPLICATION_PROBLEM_JSON_VALUE));
    }
}
