package dev.sandbar.web.idempotency;

import dev.sandbar.async.SingleFlight;
import dev.sandbar.async.Sweeper;
import dev.sandbar.store.Store;
import dev.sandbar.web.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Does what is asked for with an {@code Idempotency-Key} once: the same request with the same key is answered as the first
 * one was, also after a crash, as long as the key is remembered.
 *
 * <p>Thread-safe, nothing blocks; publishers are lazy and emit where the work or the store answered. Whoever leaves
 * only stops watching: the work goes on, and who asks again finds what it made. What was made while nobody was there
 * to be told is given to who asks next as long as it works, and made anew otherwise.
 */
public final class Idempotency implements AutoCloseable {

    private static final String REPLAYED = "Idempotent-Replayed";
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final SingleFlight<Boolean, Boolean> loads;
    private final Once once;
    private final KeyRecords records;
    private final Sweeper sweeper;
    private volatile boolean loaded;

    /** Takes a scheduler (the caller's own) for the time and the sweeps. */
    public Idempotency(Store store, IdempotencySettings settings, Clock clock, Scheduler timer) {
        this.records = new KeyRecords(store, settings, clock);
        this.once = new Once(records, settings, timer);
        this.loads = new SingleFlight<>("Idempotency-Keys of earlier runs", Duration.ofMinutes(2), 1, timer);
        this.sweeper = new Sweeper("Idempotency-Keys", SWEEP, timer, this::sweep);
    }

    /** Begins to forget old keys. */
    public void begin() {
        sweeper.start();
    }

    /**
     * Answers a request that may have a key: without one the work is simply done, and a caller who leaves cancels it.
     * {@link ApiException} 400 for a malformed key, 422 for one that belongs to another request, 429 and 503 for one too
     * many, 410 when what it made is there no more, and whatever the work refuses.
     *
     * @param body that of the request
     * @param plain the answer of a request without a key
     * @param show the answer for what has this reference; empty when there is nothing any more
     */
    public Mono<ServerResponse> answer(
            ServerRequest request,
            byte[] body,
            Work work,
            Mono<ServerResponse> plain,
            Function<String, Mono<ServerResponse>> show) {
        return Mono.defer(() -> {
            KeyUse use = KeyUse.of(request, body);
            return use == null ? plain : once(use, work).flatMap(outcome -> shown(request, outcome, show));
        });
    }

    /** Refuses a malformed key, before anything is read. */
    public static void check(ServerRequest request) {
        KeyUse.key(request);
    }

    private static Mono<ServerResponse> shown(
            ServerRequest request, Outcome outcome, Function<String, Mono<ServerResponse>> show) {
        Answer kept = outcome.answer();
        Mono<ServerResponse> answer = kept == null ? show.apply(outcome.reference()) : given(kept);
        return answer.switchIfEmpty(Mono.error(() -> gone(outcome.reference()))).doOnNext(found -> {
            if (outcome.replayed())
                request.exchange().getResponse().getHeaders().set(REPLAYED, "true");
        });
    }

    private static Mono<ServerResponse> given(Answer kept) {
        return ServerResponse.status(kept.status())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(kept.body());
    }

    private static ApiException gone(String reference) {
        return new ApiException(
                410,
                "What was made with this Idempotency-Key (\"" + reference
                        + "\") isn't there any more: use another key to make another");
    }

    /**
     * Does the work, or finds what became of it when it was done with this key before; for calls that aren't requests of
     * their own. Fails as {@link #answer} does, 410 aside.
     */
    public Mono<Outcome> once(KeyUse use, Work work) {
        return loaded().then(Mono.defer(() -> once.outcome(use, work)));
    }

    /** As {@link #once(KeyUse, Work)} for a request that has a key, which is answered in another way. */
    public Mono<Outcome> once(ServerRequest request, byte[] body, Work work) {
        return Mono.defer(() -> once(Objects.requireNonNull(KeyUse.of(request, body)), work));
    }

    private Mono<Void> loaded() {
        return Mono.defer(
                () -> loaded ? Mono.empty() : loads.join(true, this::load).then());
    }

    /** Who comes between the end of a load and this is sent on: what is known already isn't read again. */
    private Mono<Boolean> load() {
        return loaded ? Mono.just(true) : records.load().then(Mono.fromSupplier(() -> loaded = true));
    }

    /** Forgets what is old enough. */
    Mono<Void> sweep() {
        return loaded().then(records.forgetOld());
    }

    /** How many keys are remembered. */
    public int count() {
        return records.count();
    }

    /** Refuses further work with keys and cancels what goes on. */
    @Override
    public void close() {
        sweeper.close();
        once.close();
        loads.close();
    }
}
