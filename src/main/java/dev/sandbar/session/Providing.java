package dev.sandbar.session;

import dev.sandbar.async.LateErrors;
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
        return limited(entry, Mono.defer(() -> look(entry, true)));
    }

    /**
     * Emits the session when nothing is being made in it any more, whatever came of that. Lazy; begins nothing; fails as
     * {@link #ready} does.
     */
    Mono<Session> settled(Entry entry) {
        return limited(entry, Mono.defer(() -> look(entry, false)));
    }

    private Mono<Session> limited(Entry entry, Mono<Session> work) {
        Duration limit = parts.settings().waits().sandbox();
        return work.timeout(limit)
                .onErrorMap(TimeoutException.class, late -> waited(entry, limit))
                .contextWrite(LateErrors.expect(SessionException.class::isInstance));
    }

    private Mono<Session> look(Entry entry, boolean make) {
        Session now = entry.now();
        if (!now.lives()) return Mono.error(new SessionException.Ended(now.id(), now.cause()));
        return switch (now.slot().state()) {
            case READY -> making.broken(entry) ? mended(entry).then(again(entry, make)) : Mono.just(now);
            case PRELOADING, REPLACING -> awaited(entry, now.slot(), make);
            case NONE, TORN_DOWN -> make ? begun(entry) : Mono.just(now);
            case FAILED -> failed(entry, now, make);
        };
    }

    private Mono<Session> failed(Entry entry, Session now, boolean make) {
        if (!now.slot().told()) return told(entry);
        return make ? begun(entry) : Mono.just(now);
    }

    private Mono<Session> again(Entry entry, boolean make) {
        return Mono.defer(() -> look(entry, make));
    }

    private Mono<Session> mended(Entry entry) {
        return owned(entry, making.mend(entry));
    }

    private Mono<Session> awaited(Entry entry, Slot slot, boolean make) {
        Attempt attempt = entry.attempts().of(slot);
        if (attempt == null) return mended(entry).then(pause()).then(again(entry, make));
        return attempt.done().then(Mono.defer(() -> arrived(entry, make)));
    }

    /** Whoever waits for what is torn down by an order doesn't have it made again. */
    private Mono<Session> arrived(Entry entry, boolean make) {
        Slot slot = entry.now().slot();
        if (slot.state() == SlotState.FAILED) return told(entry);
        boolean ordered = slot.state() == SlotState.TORN_DOWN && Words.BY_CLIENT.equals(slot.error());
        return make && ordered ? Mono.error(Providing::tornDown) : look(entry, make);
    }

    private static SessionException tornDown() {
        return new SessionException.NoSandbox(
                "The sandbox was torn down while this call waited for it. The next call gets another one.");
    }

    /** Nobody is at work there for a moment only: where the service has no room for another task, say. */
    private static Mono<Void> pause() {
        return Mono.delay(Duration.ofMillis(50)).then();
    }

    /** Of all who come together one has it made. */
    private Mono<Session> begun(Entry entry) {
        Mono<Session> begin = parts.changes().make(entry, this::asked);
        return owned(entry, begin).then(again(entry, true));
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
