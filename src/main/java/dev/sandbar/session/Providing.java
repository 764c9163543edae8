package dev.sandbar.session;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Gets a call its sandbox: waits for the one that is being made, or has one made where there is none. There is no state
 * that this doesn't lead out of.
 */
final class Providing {

    private final Parts parts;
    private final Making making;

    Providing(Parts parts, Making making) {
        this.parts = parts;
        this.making = making;
    }

    /**
     * Emits the session when its sandbox answers, within the deadline of calls. Lazy; cancelling leaves what is being made
     * alone. Fails with {@link SessionException.NoSandbox}, which says why and since when; after it the next call tries
     * again.
     */
    Mono<Session> ready(Entry entry) {
        Duration limit = parts.settings().waits().sandbox();
        return Mono.defer(() -> look(entry))
                .timeout(limit)
                .onErrorMap(TimeoutException.class, late -> waited(entry, limit));
    }

    private Mono<Session> look(Entry entry) {
        Session now = entry.now();
        if (!now.lives()) return Mono.error(new SessionException.Ended(now.id(), now.cause()));
        return switch (now.slot().state()) {
            case READY ->
                making.broken(entry) ? owned(entry, making.mend(entry)).then(again(entry)) : Mono.just(now);
            case PRELOADING, REPLACING -> awaited(entry, now.slot());
            case NONE, TORN_DOWN -> begun(entry);
            case FAILED -> now.slot().told() ? begun(entry) : told(entry);
        };
    }

    private Mono<Session> again(Entry entry) {
        return Mono.defer(() -> look(entry));
    }

    private Mono<Session> awaited(Entry entry, Slot slot) {
        Attempt attempt = entry.attempts().of(slot);
        if (attempt == null)
            return owned(entry, making.mend(entry)).then(pause()).then(again(entry));
        return attempt.done()
                .then(Mono.defer(() -> entry.now().slot().state() == SlotState.FAILED ? told(entry) : look(entry)));
    }

    /** Nobody is at work there for a moment only: where the service has no room for another task, say. */
    private static Mono<Void> pause() {
        return Mono.delay(Duration.ofMillis(50)).then();
    }

    /** Of all who come together one has it made. */
    private Mono<Session> begun(Entry entry) {
        Mono<Session> begin = parts.changes().make(entry, this::asked);
        return owned(entry, begin).then(again(entry));
    }

    private @Nullable Session asked(Session session) {
        Slot slot = session.slot();
        boolean none = slot.state() == SlotState.NONE
                || slot.state() == SlotState.TORN_DOWN
                || (slot.state() == SlotState.FAILED && slot.told());
        if (!none || !session.lives() || session.idle()) return null;
        Draft draft = session.edit();
        Hardware standard = parts.hardware().standard();
        draft.slot = slot.making(parts.sandboxes().newId(), standard.name(), null, parts.now());
        return draft.build();
    }

    private Mono<Session> told(Entry entry) {
        Slot failed = entry.now().slot();
        Mono<Session> noted = parts.changes().make(entry, session -> noted(session, failed));
        String age = Times.seconds(failed.since(), parts.now());
        return owned(entry, noted)
                .then(Mono.error(() -> new SessionException.NoSandbox("Failed to create sandbox: " + failed.error()
                        + " (" + age + " ago). The next call tries again.")));
    }

    private static @Nullable Session noted(Session session, Slot failed) {
        if (session.slot().generation() != failed.generation() || session.slot().told()) return null;
        Draft draft = session.edit();
        draft.slot = draft.slot.withTold();
        return draft.build();
    }

    private Mono<Session> owned(Entry entry, Mono<Session> change) {
        return parts.tasks().start("Sandbox of session " + entry.id(), change);
    }

    private SessionException waited(Entry entry, Duration limit) {
        Slot slot = entry.now().slot();
        return new SessionException.NoSandbox("The sandbox is still "
                + (slot.state() == SlotState.REPLACING ? "being replaced" : "being created") + ", since "
                + Times.seconds(slot.since(), parts.now()) + "; this call waited for " + Times.seconds(limit)
                + ". Try again.");
    }
}
