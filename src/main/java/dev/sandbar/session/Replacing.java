package dev.sandbar.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Puts another sandbox in the place of one that is there: makes the new one, waits until no tool works in the old one,
 * carries the files over, and switches in one commit, with which the old one is owed. Up to that commit the old one stays
 * as it is, whatever goes wrong.
 */
final class Replacing {

    private final Parts parts;
    private final Creating creating;
    private final Carrying carrying;

    Replacing(Parts parts, Creating creating, Carrying carrying) {
        this.parts = parts;
        this.creating = creating;
        this.carrying = carrying;
    }

    /** To be owned by a task. Fails only when its outcome can't be recorded. */
    Mono<Void> replace(Entry entry, Attempt attempt, Slot.Next by) {
        return carried(entry, attempt, by)
                .flatMap(carried -> switched(entry, attempt, by, carried))
                .switchIfEmpty(Mono.defer(() -> kept(entry, attempt, "its replacement was cancelled")))
                .onErrorResume(error -> kept(entry, attempt, Words.reason(error)))
                .then();
    }

    private Mono<String> carried(Entry entry, Attempt attempt, Slot.Next by) {
        Session session = entry.now();
        String from = Objects.requireNonNull(session.slot().sandboxId());
        return creating.made(session, attempt, by)
                .flatMap(made -> entry.works().none().then(carrying.carry(from, by.sandboxId())))
                .takeUntilOther(attempt.stopped())
                .timeout(parts.settings().waits().replacement());
    }

    private Mono<Session> switched(Entry entry, Attempt attempt, Slot.Next by, String carried) {
        return parts.changes()
                .make(entry, session -> after(session, attempt, by, carried))
                .retryWhen(Creating.soon());
    }

    private @Nullable Session after(Session session, Attempt attempt, Slot.Next by, String carried) {
        if (!session.slot().awaits(attempt.generation())) return null;
        if (parts.sandboxes().find(by.sandboxId()) == null) throw new CarryException("it ended as soon as it was made");
        Draft draft = session.edit();
        draft.outcome(new Approval.Outcome(by.sandboxId(), null, carried));
        draft.owe(draft.slot.sandboxId());
        draft.autoApproval = draft.autoApproval.arrived(parts.now());
        draft.note = Words.carried(draft.note, by.hardware(), carried);
        draft.slot = draft.slot.replaced(by, parts.now());
        return draft.build();
    }

    private Mono<Session> kept(Entry entry, Attempt attempt, String why) {
        return parts.changes()
                .make(entry, session -> session.slot().awaits(attempt.generation()) ? before(session, why) : null)
                .retryWhen(Creating.soon());
    }

    private Session before(Session session, String why) {
        Draft draft = session.edit();
        Slot.Next wanted = draft.slot.next();
        draft.outcome(new Approval.Outcome(null, why, null));
        if (wanted != null) draft.owe(wanted.sandboxId());
        draft.autoApproval = draft.autoApproval.released();
        draft.slot = draft.slot.kept(why, parts.now());
        return draft.build();
    }
}
