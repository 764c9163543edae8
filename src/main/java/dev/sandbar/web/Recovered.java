package dev.sandbar.web;

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

    private final Mono<Void> recovered;

    /**
     * @param recovered completes when that was done
     */
    Recovered(Mono<Void> recovered) {
        this.recovered = recovered;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return recovered
                .timeout(PATIENCE)
                .onErrorMap(TimeoutException.class, late -> tooEarly())
                .then(Mono.defer(() -> next.handle(request)));
    }

    private static ApiException tooEarly() {
        String message = "The service still takes up what it had: try again";
        return new ApiException(503, message, Map.of(Failure.RETRY_AFTER, 1));
    }
}
