package dev.sandbar.web.http;

import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;

/** Finds the event loop that a response is written on. */
public final class EventLoops {

    private EventLoops() {}

    /** Owned by the server, so never disposed here; the calling thread where the server isn't a known one. */
    public static Scheduler of(ServerHttpResponse response) {
        Object server = ServerHttpResponseDecorator.getNativeResponse(response);
        Scheduler[] loop = {Schedulers.immediate()};
        if (server instanceof HttpServerResponse known) {
            known.withConnection(connection ->
                    loop[0] = Schedulers.fromExecutor(connection.channel().eventLoop()));
        }
        return loop[0];
    }
}
