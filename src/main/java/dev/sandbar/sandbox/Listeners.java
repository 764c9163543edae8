package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tells the listeners, one after the other, and waits for none of them for long. */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration LONG_LIMIT = Duration.ofSeconds(10);

    private final List<SandboxListener> listeners;

    Listeners(List<SandboxListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** Never fails. */
    Mono<Void> ending(Sandbox sandbox, EndCause cause) {
        return inTurn(listener -> guarded("The end of", sandbox, listener.ending(sandbox, cause), LIMIT));
    }

    /** Never fails. */
    Mono<Void> adopted(Sandbox sandbox, Agent agent) {
        return inTurn(listener -> guarded("The adoption of", sandbox, listener.adopted(sandbox, agent), LONG_LIMIT));
    }

    /** Fails with the first that fails. */
    Mono<Void> forgotten(Sandbox sandbox) {
        return inTurn(listener -> listener.forgotten(sandbox).timeout(LONG_LIMIT));
    }

    private Mono<Void> inTurn(Function<SandboxListener, Mono<Void>> telling) {
        return Flux.fromIterable(listeners).concatMap(telling).then();
    }

    private static Mono<Void> guarded(String what, Sandbox sandbox, Mono<Void> answer, Duration limit) {
        return answer.timeout(limit).onErrorResume(error -> {
            log.warn("{} {} goes on without a listener's answer", what, sandbox.id(), error);
            return Mono.empty();
        });
    }
}
