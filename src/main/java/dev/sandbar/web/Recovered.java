package dev.sandbar.web;

import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Lets requests wait until the service has taken up what an earlier run has left: before, it can't tell what there is. */
final class Recovered implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Sandboxes sandboxes;

    Recovered(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return sandboxes
                .recovered()
                .timeout(PATIENCE)
                .onErrorMap(TimeoutException.class, late -> tooEarly())
                .then(Mono.defer(() -> next.handle(request)));
    }

    private static ApiException tooEarly() {
        String message = "The service still takes up its sandboxes: try again";
        return new ApiException(503, message, Map.of(Failure.RETRY_AFTER, 1));
    }
}
