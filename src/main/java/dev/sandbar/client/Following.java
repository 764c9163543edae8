package dev.sandbar.client;

import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;

/**
 * A stream of numbered server-sent events up to its last one, taken up again behind the last that was seen whenever it
 * breaks.
 *
 * @param sandboxId whose stream
 * @param behind asks for the events behind a number
 * @param read makes what the caller sees of an event and its number
 * @param last whether a stream has ended well behind this
 */
record Following<T>(Calls calls, String sandboxId, LongFunction<Call> behind, Reader<T> read, Predicate<T> last) {

    /** Makes what the caller sees of an event. */
    @FunctionalInterface
    interface Reader<T> {
        T read(long seq, SseFrame frame);
    }

    /**
     * The events behind a number, each once, without a hole. A connection that broke is replaced when more is wanted.
     * Fails when it can't be gone on with before the total deadline.
     */
    Flux<T> after(long seq) {
        return follow(seq, trail -> behind.apply(trail.seen()));
    }

    /** All events; the first request is another one, which is safe too. */
    Flux<T> begunBy(Call first) {
        return follow(0, trail -> trail.isOpened() ? behind.apply(trail.seen()) : first);
    }

    private Flux<T> follow(long seq, Function<Trail<T>, Call> request) {
        return Flux.defer(() -> {
            Attempts attempts = calls.endless();
            Trail<T> trail = new Trail<>(seq, this, attempts);
            return Flux.just(trail)
                    .concatMap(each -> calls.once(sandboxId, request.apply(each), attempts, each::read), 0)
                    .retryWhen(attempts.whenever(failure -> RetryRules.allow(request.apply(trail), failure)))
                    .onErrorMap(Unsent.class, Unsent::unwrap);
        });
    }
}
