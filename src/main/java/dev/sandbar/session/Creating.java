package dev.sandbar.session;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxRequest;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Makes the sandbox that a slot asks for. Whatever happens, what was made is handed over to the slot, or is owed: whoever
 * has taken the slot away from it has put its id there.
 */
final class Creating {

    private final Parts parts;
    private final CreationTurns turns;

    Creating(Parts parts, CreationTurns turns) {
        this.parts = parts;
        this.turns = turns;
    }

    /** To be owned by a task. Fails only when its outcome can't be recorded. */
    Mono<Void> create(Entry entry, Attempt attempt, Slot.Next wanted) {
        return made(entry.now(), attempt, wanted)
                .flatMap(sandbox -> handedOver(entry, attempt, wanted))
                .switchIfEmpty(Mono.defer(() -> failed(entry, attempt, "its creation was cancelled")))
                .onErrorResume(error -> failed(entry, attempt, Words.reason(error)))
                .then();
    }

    /** Empty when it was stopped; what was made by then ends. */
    Mono<Sandbox> made(Session session, Attempt attempt, Slot.Next wanted) {
        boolean pressing = wanted.approvalId() != null || session.slot().state() == SlotState.REPLACING;
        Mono<Sandbox> creation = Mono.defer(() -> attempt.begin()
                ? parts.sandboxes().create(wanted.sandboxId(), request(session, wanted), pressing)
                : Mono.empty());
        return turns.inTurn(session.owner(), pressing, creation).takeUntilOther(attempt.stopped());
    }

    private SandboxRequest request(Session session, Slot.Next wanted) {
        Terms terms = session.terms();
        Hardware size = parts.hardware().get(wanted.hardware());
        return new SandboxRequest(
                session.owner(),
                terms.template(),
                parts.settings().lease(),
                terms.environment(),
                Map.of(),
                size.limits());
    }

    private Mono<Session> handedOver(Entry entry, Attempt attempt, Slot.Next wanted) {
        return parts.changes()
                .make(entry, session -> ready(session, attempt, wanted))
                .retryWhen(soon());
    }

    private @Nullable Session ready(Session session, Attempt attempt, Slot.Next wanted) {
        if (!session.slot().awaits(attempt.generation())) return null;
        if (parts.sandboxes().find(wanted.sandboxId()) == null) {
            throw new CarryException("it ended as soon as it was made");
        }
        Draft draft = session.edit();
        draft.outcome(new Approval.Outcome(wanted.sandboxId(), null, null));
        draft.autoApproval = draft.autoApproval.arrived(parts.now());
        draft.slot = draft.slot.ready(parts.now());
        return draft.build();
    }

    private Mono<Session> failed(Entry entry, Attempt attempt, String why) {
        return parts.changes()
                .make(entry, session -> session.slot().awaits(attempt.generation()) ? without(session, why) : null)
                .retryWhen(soon());
    }

    private Session without(Session session, String why) {
        Draft draft = session.edit();
        draft.lose(draft.slot.failed(why, false, parts.now()), parts.now());
        return draft.build();
    }

    /** A store that refuses is asked again for a while. */
    static Retry soon() {
        return Retry.backoff(6, Duration.ofMillis(200))
                .maxBackoff(Duration.ofSeconds(3))
                .filter(StoreException.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }
}
