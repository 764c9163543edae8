package dev.sandbar.session;

import dev.sandbar.async.SingleFlight;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.sandbox.SandboxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Ends the sandboxes that a session had: stops who may still be making one, ends it, verifies, and only then takes its id
 * out of the record. What fails stays owed and is tried again for ever, also by later runs.
 */
final class Owing {

    private static final Logger log = LoggerFactory.getLogger(Owing.class);
    private static final Duration END_LIMIT = Duration.ofMinutes(2);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration CUT_LIMIT = Duration.ofSeconds(5);
    private static final int AT_ONCE = 4;

    private final Parts parts;
    private final SingleFlight<String, Session> flights;

    Owing(Parts parts, Scheduler timer) {
        this.parts = parts;
        this.flights = new SingleFlight<>("ends of sessions' sandboxes", LIMIT, Integer.MAX_VALUE, timer);
    }

    /** Begins what is due, if anything is owed; not lazy. */
    void look(Entry entry) {
        if (entry.now().owed().isEmpty() || !entry.due().at(parts.now())) return;
        parts.tasks()
                .start("Sandboxes owed by session " + entry.id(), settled(entry).onErrorComplete());
    }

    /**
     * Emits the session when what was owed has ended; fails with {@link RuntimeUnavailableException} when that can't be had
     * now. Lazy; all who wait for the same session share the work, so that it may have begun before the newest came to be
     * owed.
     */
    Mono<Session> settled(Entry entry) {
        return Mono.defer(() ->
                entry.now().owed().isEmpty() ? Mono.just(entry.now()) : flights.join(entry.id(), () -> settle(entry)));
    }

    private Mono<Session> settle(Entry entry) {
        Set<String> owed = entry.now().owed();
        return Flux.fromIterable(owed)
                .flatMap(
                        id -> ended(entry, id).thenReturn(id).onErrorResume(error -> failed(entry, id, error)), AT_ONCE)
                .collectList()
                .flatMap(gone -> paid(entry, gone).flatMap(session -> outcome(entry, session, gone, owed)));
    }

    private Mono<Void> ended(Entry entry, String sandboxId) {
        Attempt attempt = entry.attempts().of(sandboxId);
        Mono<Void> stopped = attempt == null ? Mono.empty() : stopped(attempt);
        Mono<Void> end = Mono.defer(() -> parts.sandboxes().kill(entry.now().owner(), sandboxId))
                .onErrorComplete(SandboxException.NotFound.class)
                .timeout(END_LIMIT);
        return stopped.then(end);
    }

    /** Sets its flag, waits for its end for a while, then cuts it. Lazy; never fails. */
    Mono<Void> stopped(Attempt attempt) {
        Mono<Void> cut = Mono.defer(() -> {
            attempt.cut();
            return attempt.done().timeout(CUT_LIMIT, Mono.empty());
        });
        return Mono.fromRunnable(attempt::cancel)
                .then(attempt.done().timeout(parts.settings().waits().cancel(), cut));
    }

    private Mono<Session> paid(Entry entry, List<String> gone) {
        return parts.changes().make(entry, session -> {
            Draft draft = session.edit();
            gone.forEach(draft.owed::remove);
            return draft.build();
        });
    }

    private Mono<Session> outcome(Entry entry, Session session, List<String> gone, Set<String> owed) {
        gone.forEach(parts.entries()::forgetSandbox);
        if (gone.size() < owed.size()) {
            return Mono.error(Owing::notNow);
        }
        entry.due().succeeded();
        return Mono.just(session);
    }

    static RuntimeUnavailableException notNow() {
        return new RuntimeUnavailableException(
                "The session's sandbox can't be ended now; this is tried again until it succeeds");
    }

    private Mono<String> failed(Entry entry, String sandboxId, Throwable error) {
        int failures = entry.due().failed(parts.now());
        if (failures == 1) {
            log.warn("Sandbox {} of session {} can't be ended yet", sandboxId, entry.id(), error);
        }
        return Mono.empty();
    }
}
