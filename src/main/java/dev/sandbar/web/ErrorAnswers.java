package dev.sandbar.web;

import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Cut;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Refusals;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers what goes wrong outside of our routes, unknown paths above all, in the shape of our errors; for a server that
 * is ours alone. A client that has gone away is not an error.
 */
public final class ErrorAnswers implements WebExceptionHandler, Ordered {

    private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final int BEFORE_BOOT = -2;

    private final Refusals refusals;

    public ErrorAnswers(JsonMapper mapper, WebSettings settings) {
        this.refusals = new Refusals(new Json(mapper, settings.bodyLimit()));
    }

    @Override
    public int getOrder() {
        return BEFORE_BOOT;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (isClientGone(error)) {
            log.debug("A client went away: {}", error.toString());
            return Mono.empty();
        }
        if (response.isCommitted()) {
            log.debug("An answer broke off", error);
            return Cut.cut(response, error) ? Mono.empty() : Mono.error(error);
        }
        return refusals.write(exchange.getRequest().getHeaders(), response, named(exchange.getRequest(), error));
    }

    private static boolean isClientGone(Throwable error) {
        return error instanceof AbortedException || error instanceof IOException;
    }

    private static Throwable named(ServerHttpRequest request, Throwable error) {
        boolean unknown = error instanceof ResponseStatusException refusal
                && refusal.getStatusCode().isSameCodeAs(HttpStatus.NOT_FOUND);
        String route = request.getMethod() + " " + request.getURI().getPath();
        return unknown ? new ApiException(404, "There is no " + route + " here") : error;
    }
}
