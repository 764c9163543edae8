package dev.sandbar.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One attempt at a call in a sandbox. A token that the server refuses is replaced, once each: what was refused has done
 * nothing, so that any call may be sent again whose body is still there. Of the tokens that come in its place one may be
 * revoked on the way, too, as often as there is time left for the call.
 */
final class TokenCall<T> {

    private static final int UNAUTHORIZED = 401;

    private final AtomicBoolean accepted = new AtomicBoolean();
    private final AtomicInteger replaced = new AtomicInteger();
    private final Call call;
    private final Mono<AccessToken> token;
    private final TokenCache tokens;
    private final Attempts attempts;
    private final Sending<T> sending;

    /** Sends a call with a token. */
    interface Sending<T> {
        Flux<T> send(AccessToken token, Runnable accepted);
    }

    /**
     * @param token one that is valid now
     * @param tokens told of those that aren't
     * @param attempts know how much time is left
     */
    TokenCall(Call call, Mono<AccessToken> token, TokenCache tokens, Attempts attempts, Sending<T> sending) {
        this.call = call;
        this.token = token;
        this.tokens = tokens;
        this.attempts = attempts;
        this.sending = sending;
    }

    /** For one subscription. */
    Flux<T> begin() {
        return token.flatMapMany(this::sent);
    }

    /** A refusal within an answer that was a success comes too late: something was done. */
    private Flux<T> sent(AccessToken used) {
        return sending.send(used, () -> accepted.set(true))
                .onErrorResume(error -> isRefusal(error) && !accepted.get(), refused -> renewed(used, refused));
    }

    private Publisher<T> renewed(AccessToken old, Throwable refused) {
        tokens.invalidate(old);
        if (!call.body().repeatable().getAsBoolean()) return Flux.error(refused);
        return attempts.over(replaced.incrementAndGet(), refused)
                .then(token)
                .flatMapMany(fresh -> fresh.value().equals(old.value()) ? Flux.error(refused) : sent(fresh));
    }

    private static boolean isRefusal(Throwable error) {
        return error instanceof SandboxApiException refusal && refusal.status() == UNAUTHORIZED;
    }
}
