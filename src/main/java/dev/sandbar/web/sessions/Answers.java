package dev.sandbar.web.sessions;

import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.idempotency.Answer;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sessions.KeyedCall.Result;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Answers calls, once for each {@code Idempotency-Key}. */
final class Answers {

    private final Json json;
    private final Idempotency idempotency;

    Answers(Json json, Idempotency idempotency) {
        this.json = json;
        this.idempotency = idempotency;
    }

    /** For what may have taken effect where its answer is lost. */
    Mono<ServerResponse> once(ServerRequest request, byte[] body, Mono<Result> call) {
        return answer(request, body, new KeyedCall(json, call, false));
    }

    /** For what finds what it has made when it is made again. */
    Mono<ServerResponse> repeatable(ServerRequest request, byte[] body, Mono<Result> call) {
        return answer(request, body, new KeyedCall(json, call, true));
    }

    /** For openings. */
    Mono<ServerResponse> opening(ServerRequest request, byte[] body, KeyedOpening opening) {
        Mono<ServerResponse> plain =
                Mono.defer(() -> opening.opened(opening.reference())).flatMap(this::of);
        return idempotency.answer(
                request, body, opening, plain, id -> opening.found(id).flatMap(this::of));
    }

    private Mono<ServerResponse> answer(ServerRequest request, byte[] body, KeyedCall work) {
        Mono<ServerResponse> plain = work.call().flatMap(this::of);
        return idempotency.answer(request, body, work, plain, kept -> Mono.error(Answers::tooLong));
    }

    /** Makes a call with a key once, and gives what is kept of it. */
    Mono<Answer> kept(ServerRequest request, byte[] body, Mono<Result> call) {
        return idempotency.once(request, body, new KeyedCall(json, call, false)).map(outcome -> {
            Answer answer = outcome.answer();
            if (answer == null) throw tooLong();
            return answer;
        });
    }

    private static ApiException tooLong() {
        return new ApiException(
                410,
                "What was asked for with this Idempotency-Key was done, but its answer was too long to be kept: "
                        + "use another key to do it again");
    }

    private Mono<ServerResponse> of(Result result) {
        return json.answer(ServerResponse.status(result.status()), result.body());
    }
}
