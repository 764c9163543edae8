package dev.sandbar.session;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Notes that a session is used: that brings back one that was evicted, and withdraws the wish of a page that was left. */
final class Using {

    /** What is recorded of the last use may be that old; what is in memory isn't. */
    private static final Duration COARSE = Duration.ofSeconds(30);

    private final Parts parts;

    Using(Parts parts) {
        this.parts = parts;
    }

    /**
     * Emits the session, active; {@link SessionException.LimitReached} where there is no room to bring it back, and {@link
     * SessionException.NotFound} where its opening was refused meanwhile. Lazy.
     */
    Mono<Session> use(Entry entry) {
        return Mono.defer(() -> {
            entry.used(parts.now());
            Session now = entry.now();
            return used(now) == null && !entry.doubtful() && !entry.left()
                    ? Mono.just(now)
                    : parts.tasks().start("Use of session " + entry.id(), recorded(entry));
        });
    }

    private Mono<Session> recorded(Entry entry) {
        return parts.changes().make(entry, session -> {
            if (session.idle() && session.lives()) entry.enter();
            return used(session);
        });
    }

    private @Nullable Session used(Session session) {
        if (!session.lives()) throw new SessionException.Ended(session.id(), session.cause());
        Instant now = parts.now();
        boolean recent = session.lastActiveAt().plus(COARSE).isAfter(now);
        if (recent && !session.idle() && session.wishedAt() == null) return null;
        Draft draft = session.edit();
        draft.lastActiveAt = now;
        draft.wishedAt = null;
        if (draft.idle) revive(draft);
        return draft.build();
    }

    /** A session that comes back gets the default sandbox, as a new one does. */
    private void revive(Draft draft) {
        draft.idle = false;
        Hardware standard = parts.hardware().standard();
        draft.slot = draft.slot.making(parts.sandboxes().newId(), standard.name(), null, parts.now());
    }

    /** Somebody is there: lazy, holds on until it is cancelled. */
    Mono<Void> presence(Entry entry) {
        return Mono.defer(() -> {
            entry.present(1);
            return withdrawn(entry).then(Mono.<Void>never()).doFinally(signal -> entry.present(-1));
        });
    }

    private Mono<Void> withdrawn(Entry entry) {
        if (entry.now().wishedAt() == null) return Mono.empty();
        Mono<Session> withdrawal = parts.changes().make(entry, Using::withoutWish);
        return parts.tasks()
                .start("Presence in session " + entry.id(), withdrawal)
                .then()
                .onErrorComplete();
    }

    static @Nullable Session withoutWish(Session session) {
        if (session.wishedAt() == null) return null;
        Draft draft = session.edit();
        draft.wishedAt = null;
        return draft.build();
    }
}
