package dev.sandbar.client;

import dev.sandbar.client.SandboxTransportException.TimedOut;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Sends calls with what says who asks, and again where that is safe. */
final class Calls {

    private final Http http;
    private final TokenCache tokens;
    private final ClientSettings settings;
    private final Consumer<HttpHeaders> key;
    private final Scheduler timer;

    Calls(Http http, TokenCache tokens, ClientSettings settings, Consumer<HttpHeaders> key, Scheduler timer) {
        this.http = http;
        this.tokens = tokens;
        this.settings = settings;
        this.key = key;
        this.timer = timer;
    }

    ClientSettings settings() {
        return settings;
    }

    /** Completes when so much time has passed. */
    Mono<Void> later(Duration time) {
        return Mono.delay(time, timer).then();
    }

    /** A call by API key, read as JSON. */
    <T> Mono<T> json(Call call, Class<T> type) {
        return byKey(call, Answer.json(type, settings.maxJson()));
    }

    /** A call by API key that has at most one result, within the total deadline. */
    <T> Mono<T> byKey(Call call, Answer.Reader<T> read) {
        return byKey(call, read, unanswered -> {});
    }

    /** As {@link #byKey(Call, Answer.Reader)}; {@code unanswered} hears of each attempt that may or may not have worked. */
    <T> Mono<T> byKey(Call call, Answer.Reader<T> read, Consumer<Throwable> unanswered) {
        return single(call, attempts -> withKey(call, attempts, read).doOnError(Calls::isUnanswered, unanswered));
    }

    private static boolean isUnanswered(Throwable error) {
        return error instanceof SandboxTransportException && !(error instanceof SandboxTransportException.CantConnect);
    }

    /** A call in a sandbox, read as JSON. */
    <T> Mono<T> json(String sandboxId, Call call, Class<T> type) {
        return inside(sandboxId, call, Answer.json(type, settings.maxJson()));
    }

    /** A call in a sandbox that has at most one result, within the total deadline. */
    <T> Mono<T> inside(String sandboxId, Call call, Answer.Reader<T> read) {
        return single(call, attempts -> once(sandboxId, call, attempts, read));
    }

    /** A call in a sandbox that may take as long as something moves. */
    <T> Flux<T> streamed(String sandboxId, Call call, Answer.Reader<T> read) {
        return repeated(call, attempts -> once(sandboxId, call, attempts, read));
    }

    private <T> Mono<T> single(Call call, Function<Attempts, Flux<T>> attempt) {
        Mono<T> late = Mono.error(() -> new TimedOut(call.name() + ": not done in time", TimedOut.Limit.TOTAL));
        return repeated(call, attempt)
                .singleOrEmpty()
                .timeout(settings.limits().total().plus(call.extra()), late, timer);
    }

    private <T> Flux<T> repeated(Call call, Function<Attempts, Flux<T>> attempt) {
        return Flux.defer(() -> {
            Duration total = settings.limits().total().plus(call.extra());
            Attempts attempts =
                    new Attempts(settings.repeats(), settings.repeats().attempts(), total, timer);
            return attempt.apply(attempts)
                    .retryWhen(attempts.whenever(failure -> RetryRules.allow(call, failure)))
                    .onErrorMap(Unsent.class, Unsent::unwrap);
        });
    }

    /** For what is gone on with as long as there is progress. */
    Attempts endless() {
        return new Attempts(
                settings.repeats(), Integer.MAX_VALUE, settings.limits().total(), timer);
    }

    private <T> Flux<T> withKey(Call call, Attempts attempts, Answer.Reader<T> read) {
        return Flux.defer(() -> http.send(call, settings.server(), attempts.left(), key, read));
    }

    /** One attempt in a sandbox; a token that is refused is replaced within the attempt. */
    <T> Flux<T> once(String sandboxId, Call call, Attempts attempts, Answer.Reader<T> read) {
        return Flux.defer(() -> {
            attempts.begin();
            TokenCall.Sending<T> sending = (token, accepted) -> send(call, token, attempts, noting(read, accepted));
            return new TokenCall<>(call, token(sandboxId), tokens, attempts, sending).begin();
        });
    }

    private static <T> Answer.Reader<T> noting(Answer.Reader<T> read, Runnable accepted) {
        return answer -> {
            accepted.run();
            return read.read(answer);
        };
    }

    private Mono<AccessToken> token(String sandboxId) {
        return tokens.get(sandboxId).onErrorMap(error -> new Unsent(explained(error)));
    }

    private static Throwable explained(Throwable error) {
        return error.getCause() instanceof TimeoutException
                ? new TimedOut("The token for the sandbox did not come in time", TimedOut.Limit.RESPONSE)
                : error;
    }

    private <T> Flux<T> send(Call call, AccessToken token, Attempts attempts, Answer.Reader<T> read) {
        return http.send(call, base(token), attempts.left(), headers -> addToken(headers, token), read);
    }

    private URI base(AccessToken token) {
        URI set = settings.sandboxes();
        URI told = token.gatewayUrl();
        if (set != null) return set;
        return told == null ? settings.server() : told;
    }

    private void addToken(HttpHeaders headers, AccessToken token) {
        if (token.value().isEmpty()) return;
        if (settings.protocol() == Protocol.E2B) headers.set("X-Access-Token", token.value());
        else headers.setBearerAuth(token.value());
    }
}
