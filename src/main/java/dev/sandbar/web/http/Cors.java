package dev.sandbar.web.http;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Lets scripts of any web page read answers and refusals: what lets them in is handed over by the page and never in a cookie,
 * so a page has no more rights than whoever wrote it.
 */
public final class Cors implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    /** At the last moment, so that refusals, which begin with a clean head, have the headers too. */
    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        if (request.headers().firstHeader(HttpHeaders.ORIGIN) != null) {
            ServerHttpResponse response = request.exchange().getResponse();
            response.beforeCommit(() -> Mono.fromRunnable(() -> open(response.getHeaders())));
        }
        return next.handle(request);
    }

    private static void open(HttpHeaders headers) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "*");
    }
}
