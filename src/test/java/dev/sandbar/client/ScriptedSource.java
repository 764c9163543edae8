package dev.sandbar.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A server whose answers a test decides, and which counts its requests when they are subscribed to. */
final class ScriptedSource implements TokenSource {

    static final Duration LIFE = Duration.ofMinutes(30);

    final AtomicInteger issues = new AtomicInteger();
    final AtomicInteger kinds = new AtomicInteger();
    volatile Function<String, Mono<TokenAnswer>> answer = id -> Mono.just(lasting(id + "-" + issues.get(), LIFE));
    volatile Mono<Boolean> kind = Mono.just(true);

    @Override
    public Mono<TokenAnswer> issue(String sandboxId) {
        return Mono.defer(() -> {
            issues.incrementAndGet();
            return answer.apply(sandboxId);
        });
    }

    @Override
    public Mono<Boolean> gpu(String sandboxId) {
        return Mono.defer(() -> {
            kinds.incrementAndGet();
            return kind;
        });
    }

    void answers(Mono<TokenAnswer> always) {
        answer = id -> always;
    }

    void answers(Duration life) {
        answer = id -> Mono.just(lasting(id + "-" + issues.get(), life));
    }

    void fails(int status) {
        answers(Mono.error(refusal(status, null)));
    }

    static SandboxApiException refusal(int status, @Nullable Duration retryAfter) {
        return new SandboxApiException(status, "code", "refused by " + status, retryAfter);
    }

    static TokenAnswer lasting(String token, @Nullable Duration life) {
        return new TokenAnswer(token, null, null, life, null, null);
    }
}
