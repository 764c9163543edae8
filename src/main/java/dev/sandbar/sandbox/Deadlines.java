package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Tells agents until when they must not end their sandboxes by themselves. */
final class Deadlines {

    private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Deadlines() {}

    /** Tells it the deadline that is recorded, again while that changes meanwhile: what it hears last is the newest. */
    static Mono<Void> push(Entry entry) {
        return Mono.defer(() -> {
            Agent agent = entry.agent();
            Instant endAt = entry.now().endAt();
            return agent == null
                    ? Mono.empty()
                    : agent.deadline(endAt).timeout(LIMIT).then(again(entry, endAt));
        });
    }

    private static Mono<Void> again(Entry entry, Instant told) {
        return Mono.defer(() -> entry.now().endAt().equals(told) ? Mono.empty() : push(entry));
    }

    /** An agent that can't be told is noticed by its watch; the deadline itself stands either way. */
    static Mono<Void> pushIfPossible(Entry entry) {
        return push(entry).onErrorResume(error -> {
            log.debug("The agent of {} can't be told its deadline", entry.id(), error);
            return Mono.empty();
        });
    }
}
