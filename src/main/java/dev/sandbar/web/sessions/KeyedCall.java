package dev.sandbar.web.sessions;

import dev.sandbar.web.http.Json;
import dev.sandbar.web.idempotency.Answer;
import dev.sandbar.web.idempotency.Work;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/**
 * A call that is made once for a key; its answer is kept.
 *
 * @param call makes it; lazy
 * @param repeatable whether it may be made again where nobody knows whether it was, after a crash
 */
record KeyedCall(Json json, Mono<Result> call, boolean repeatable) implements Work {

    /** An answer, before it is written. */
    record Result(int status, Object body) {

        /** As it is kept. */
        Answer answer(Json json) {
            return new Answer(status, new String(json.bytes(body), StandardCharsets.UTF_8));
        }
    }

    @Override
    public String reference() {
        return "answer";
    }

    @Override
    public Mono<Answer> run(String reference) {
        return call.map(result -> result.answer(json));
    }

    @Override
    public Mono<Boolean> isThere(String reference) {
        return repeatable ? Mono.just(false) : Work.super.isThere(reference);
    }
}
