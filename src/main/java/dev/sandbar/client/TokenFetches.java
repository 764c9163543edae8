package dev.sandbar.client;

import dev.sandbar.async.SingleFlight;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One request for all who lack the same thing of the same sandbox, and a pause after one that failed, in which they are told
 * so at once. Nobody asks again on another's behalf.
 */
final class TokenFetches<V> implements AutoCloseable {

    /** How one kind of thing is looked up, asked for, and failed at. */
    interface Thing<V> {

        /** Null where it isn't known, or has to be asked for again. */
        @Nullable V known(TokenSlot slot);

        Mono<V> request(TokenSlot slot);

        TokenFailures failures(TokenSlot slot);

        /** Called for each failure, before anybody is told of it. */
        void failed(TokenSlot slot, Throwable error);
    }

    private final String name;
    private final Thing<V> thing;
    private final Duration limit;
    private final TokenTimes times;
    private final SingleFlight<TokenSlot, V> flights;

    TokenFetches(String name, Thing<V> thing, TokenCacheSettings settings, TokenTimes times) {
        this.name = name;
        this.thing = thing;
        this.limit = settings.refreshLimit();
        this.times = times;
        this.flights = new SingleFlight<>(name, limit.plusSeconds(1), settings.entries(), times.timer());
    }

    /**
     * The thing, asked for unless somebody does so already. Cancelling takes the caller out and nobody else.
     *
     * @param led counts the calls whose request it was
     * @return the original error for all who waited, a remembered one for those who come in the pause behind it
     */
    Mono<V> fetch(TokenSlot slot, LongAdder led, LongAdder remembered) {
        SandboxClientException told = thing.failures(slot).remembered(times.now());
        if (told == null) return flights.join(slot, () -> begin(slot, led));
        remembered.increment();
        return Mono.error(told);
    }

    /** Looks again: a request that others waited for may have ended since this caller looked. */
    private Mono<V> begin(TokenSlot slot, LongAdder led) {
        V known = thing.known(slot);
        if (known != null) return Mono.just(known);
        TokenFailures failures = thing.failures(slot);
        SandboxClientException told = failures.remembered(times.now());
        if (told != null) return Mono.error(told);
        led.increment();
        return Mono.defer(() -> thing.request(slot))
                .timeout(limit, Mono.error(() -> late(slot)), times.timer())
                .switchIfEmpty(
                        Mono.error(() -> new SandboxClientException(what(slot) + " was answered by nothing", null)))
                .doOnNext(value -> failures.reset())
                .doOnError(error -> failed(slot, failures, error));
    }

    private void failed(TokenSlot slot, TokenFailures failures, Throwable error) {
        failures.add(what(slot), error, times.now());
        thing.failed(slot, error);
    }

    private SandboxClientException late(TokenSlot slot) {
        String message = what(slot) + " wasn't answered within " + limit.toMillis() + " ms";
        return new SandboxClientException(message, new TimeoutException(message));
    }

    private String what(TokenSlot slot) {
        return "asking for the " + name + " of sandbox " + slot;
    }

    int underWay() {
        return flights.flights();
    }

    @Override
    public void close() {
        flights.close();
    }
}
