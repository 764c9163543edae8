package dev.sandbar.client;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClientResponse;
import reactor.util.context.Context;

/** What comes behind the body of one answer. It travels in the context of its request, to be found by the connection. */
final class Trailers {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Scheduler timer;
    private volatile Mono<HttpHeaders> fields = Mono.empty();

    Trailers(Scheduler timer) {
        this.timer = timer;
    }

    /** For a connection on which an answer has begun. */
    static void note(HttpClientResponse response) {
        Trailers waiting = response.currentContextView().getOrDefault(Trailers.class, null);
        if (waiting != null) waiting.fields = response.trailerHeaders();
    }

    Context in(Context request) {
        return request.put(Trailers.class, this);
    }

    /** A field, to be asked for behind the last byte of the body; empty where it didn't come. */
    Mono<String> field(String name) {
        return Mono.defer(() -> fields).timeout(LIMIT, Mono.empty(), timer).mapNotNull(all -> value(all, name));
    }

    private static @Nullable String value(HttpHeaders all, String name) {
        return all.get(name);
    }
}
