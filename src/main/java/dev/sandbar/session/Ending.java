package dev.sandbar.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Ends what sessions have: their sandbox, by an order, a wish or an eviction, or all of it. Each is decided in one commit,
 * and carried out by {@link Owing}.
 */
final class Ending {

    private static final int TRIES = 3;

    private final Parts parts;
    private final Owing owing;

    Ending(Parts parts, Owing owing) {
        this.parts = parts;
        this.owing = owing;
    }

    /** Emits when the session is over, its sandbox included. Lazy; a cancel doesn't stop it. */
    Mono<Void> end(Entry entry, String cause) {
        return Mono.defer(() -> parts.tasks().start("End of session " + entry.id(), ended(entry, cause)));
    }

    private Mono<Void> ended(Entry entry, String cause) {
        return parts.changes()
                .make(entry, session -> ending(session, cause))
                .doOnNext(session -> entry.calls().cut(Cut.ended(cause)))
                .flatMap(session -> nothingOwed(entry, TRIES))
                .flatMap(session -> parts.changes().make(entry, this::over))
                .flatMap(session -> session.endedAt() == null ? Mono.error(Owing::notNow) : Mono.empty());
    }

    /** The work that was joined may not have known what has come to be owed since it began. */
    private Mono<Session> nothingOwed(Entry entry, int more) {
        return owing.settled(entry)
                .flatMap(session ->
                        entry.now().owed().isEmpty() || more == 0 ? Mono.just(session) : nothingOwed(entry, more - 1));
    }

    private @Nullable Session ending(Session session, String cause) {
        if (!session.lives()) return null;
        Draft draft = session.edit();
        draft.cause = cause;
        draft.terms = draft.terms.withoutSecrets();
        draft.approvals.replaceAll(approval ->
                approval.pending() ? approval.decided(Approval.State.WITHDRAWN, null, parts.now()) : approval);
        return emptied(draft, cause);
    }

    private Session emptied(Draft draft, String cause) {
        boolean none = draft.slot.sandboxId() == null;
        if (!none) draft.lose(draft.slot.tornDown(cause, parts.now()), parts.now());
        draft.note = null;
        return draft.build();
    }

    private @Nullable Session over(Session session) {
        if (session.endedAt() != null || !session.owed().isEmpty()) return null;
        Draft draft = session.edit();
        draft.endedAt = parts.now();
        return draft.build();
    }

    /** Emits when it is recorded that the sandbox is to end; that is then carried out. Lazy; a cancel doesn't stop it. */
    Mono<Void> tearDown(Entry entry, String cause) {
        Mono<Session> change = parts.changes().make(entry, session -> tornDown(session, cause));
        return Mono.defer(() -> parts.tasks().start("Teardown in session " + entry.id(), change))
                .then();
    }

    private @Nullable Session tornDown(Session session, String cause) {
        if (session.slot().sandboxId() == null) return null;
        Draft draft = session.edit();
        draft.lose(draft.slot.tornDown(cause, parts.now()), parts.now());
        return draft.build();
    }

    /** Emits when it is recorded that a page was left. */
    Mono<Void> wish(Entry entry) {
        Mono<Session> change = parts.changes().make(entry, this::wished);
        return Mono.defer(() -> parts.tasks().start("Wish in session " + entry.id(), change))
                .then();
    }

    private @Nullable Session wished(Session session) {
        if (session.slot().sandboxId() == null || session.wishedAt() != null) return null;
        Draft draft = session.edit();
        draft.wishedAt = parts.now();
        return draft.build();
    }

    /** Whether the wish of a page that was left has waited long enough. */
    boolean wishDue(Entry entry) {
        Session session = entry.now();
        Duration grace = parts.settings().waits().pageHide();
        return session.wishedAt() != null
                && !session.wishedAt().plus(grace).isAfter(parts.now())
                && !entry.takenUpAt().plus(grace).isAfter(parts.now())
                && entry.calls().size() == 0;
    }

    /** Fulfils the wish, or withdraws it where somebody is there. */
    Mono<Session> fulfilled(Entry entry) {
        return parts.changes().make(entry, session -> {
            if (!wishDue(entry)) return null;
            return entry.present() ? Using.withoutWish(session) : tornDown(session, Words.BY_PAGE_HIDE);
        });
    }

    /** Whether nobody has used it for long, and nobody has to decide anything in it. */
    boolean idle(Entry entry) {
        Session session = entry.now();
        return session.state() == SessionState.ACTIVE
                && !session.slot().state().inFlight()
                && entry.calls().size() == 0
                && !entry.usedAt().plus(session.terms().idleTimeout()).isAfter(parts.now());
    }

    Mono<Session> evicted(Entry entry) {
        return parts.changes().make(entry, session -> {
            if (!idle(entry)) return null;
            Draft draft = session.edit();
            draft.idle = true;
            draft.lastActiveAt = entry.usedAt();
            if (draft.slot.sandboxId() != null) {
                draft.lose(draft.slot.tornDown(Words.BY_IDLENESS, parts.now()), parts.now());
            }
            return draft.build();
        });
    }
}
