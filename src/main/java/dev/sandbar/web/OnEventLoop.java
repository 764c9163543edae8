package dev.sandbar.web;

import dev.sandbar.web.http.EventLoops;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Begins with each request in a turn of the event loop of its own, so that none is answered before the server is done
 * with reading it: Reactor Netty 1.3.7 may never read the next one then (our own server
 * has {@code InTurn} for that, an embedder's hasn't).
 */
final class OnEventLoop implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return Mono.defer(() -> next.handle(request))
                .subscribeOn(EventLoops.of(request.exchange().getResponse()));
    }
}
