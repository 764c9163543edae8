package dev.sandbar.web.idempotency;

import dev.sandbar.web.http.ApiException;
import reactor.core.publisher.Mono;

/**
 * What is to be done once. It either makes something that can be found again by its reference, or gives an answer that is
 * kept. Must not wait for the same key.
 */
public interface Work {

    /** Names what the next {@link #run} makes; recorded before. Asked anew for each attempt; may always be the same. */
    String reference();

    /**
     * Does it, on behalf of all who wait, and whoever leaves doesn't cancel it; only the limit and a shutdown do. Lazy.
     *
     * @return empty when it was made and the reference says all, otherwise the answer to keep, in which there must be no
     *     secret. An error is a refusal: it isn't kept, and who asks again has it run again
     */
    Mono<Answer> run(String reference);

    /**
     * Whether there is what an earlier attempt was about to make, in working order; asked where nobody was told of the
     * outcome, after a crash for example. When there isn't, the work is run again. By default, for what leaves nothing to
     * be found: a refusal that says that nobody knows.
     */
    default Mono<Boolean> isThere(String reference) {
        return Mono.error(() -> new ApiException(
                409,
                "The service stopped while it worked on this Idempotency-Key, so it may have taken effect or not: "
                        + "look, and use another key to do it again"));
    }
}
