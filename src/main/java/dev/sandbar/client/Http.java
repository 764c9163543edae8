package dev.sandbar.client;

import dev.sandbar.client.SandboxTransportException.TimedOut;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Sends requests, once each. */
final class Http {

    private final WebClient web;
    private final ClientSettings.Limits limits;
    private final Scheduler timer;

    Http(WebClient web, ClientSettings.Limits limits, Scheduler timer) {
        this.web = web;
        this.limits = limits;
        this.timer = timer;
    }

    /**
     * One attempt, begun when it is subscribed to. Cancelling it closes its connection, unless the answer is complete.
     *
     * @param head how long the answer's head is waited for, at most
     * @param credentials adds what says who asks
     * @return what {@code read} makes of a success; {@link SandboxApiException} for anything else, {@link
     *     SandboxTransportException} where no usable answer came
     */
    <T> Flux<T> send(Call call, URI base, Duration head, Consumer<HttpHeaders> credentials, Answer.Reader<T> read) {
        return Flux.defer(() -> {
            Duration usual = limits.response().plus(call.extra());
            boolean last = head.compareTo(usual) < 0;
            Duration first = last ? head : usual;
            Watch watch = new Watch(first, limits.idle(), timer);
            return watch.over(exchange(call, base, credentials, watch, read), () -> late(call, watch, last))
                    .onErrorMap(error -> Failures.of(error, call.name(), watch.isOpened()));
        });
    }

    private <T> Flux<T> exchange(
            Call call, URI base, Consumer<HttpHeaders> credentials, Watch watch, Answer.Reader<T> read) {
        WebClient.RequestBodySpec request = web.method(call.method())
                .uri(call.uri(base))
                .headers(call::write)
                .headers(credentials);
        if (call.body().type() != null) {
            request.body(BodyInserters.fromDataBuffers(watch.sent(call.body().bytes())));
        }
        Trailers trailers = new Trailers(timer);
        return request.exchangeToFlux(response -> {
                    watch.opened();
                    return answered(Answer.of(call.name(), response, watch, trailers), response, read);
                })
                .contextWrite(trailers::in);
    }

    private static <T> Flux<T> answered(Answer answer, ClientResponse response, Answer.Reader<T> read) {
        if (response.statusCode().is2xxSuccessful()) return read.read(answer);
        return Refusal.of(answer).flatMapMany(Flux::error);
    }

    private static TimedOut late(Call call, Watch watch, boolean last) {
        if (watch.isOpened()) return new TimedOut(call.name() + ": the answer stopped coming", TimedOut.Limit.IDLE);
        TimedOut.Limit limit = last ? TimedOut.Limit.TOTAL : TimedOut.Limit.RESPONSE;
        return new TimedOut(call.name() + ": no answer came in time", limit);
    }
}
