package dev.sandbar.client;

import dev.sandbar.client.SandboxTransportException.Broken;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How one answer's stream ends: well behind what says that it is the last, as broken otherwise. */
final class Tail {

    private final Answer answer;
    private volatile boolean ended;

    Tail(Answer answer) {
        this.answer = answer;
    }

    /** The last event is there. Whatever comes behind it, if anything, doesn't matter. */
    void end() {
        ended = true;
        answer.watch().ending();
    }

    <T> Flux<T> of(Flux<T> events) {
        return events.onErrorComplete(late -> ended)
                .concatWith(Mono.defer(() -> ended ? Mono.empty() : Mono.error(broken())));
    }

    private Broken broken() {
        return new Broken(answer.name() + ": the stream ended without its last event", null);
    }
}
