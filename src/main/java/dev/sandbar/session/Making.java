package dev.sandbar.session;

import dev.sandbar.sandbox.Sandboxes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sees to it that what a slot asks for is made, once, and that a slot is put right with which nobody is at work any more.
 */
final class Making {

    private static final Logger log = LoggerFactory.getLogger(Making.class);

    private final Parts parts;
    private final Creating creating;
    private final Replacing replacing;
    private final Owing owing;

    Making(Parts parts, Creating creating, Replacing replacing, Owing owing) {
        this.parts = parts;
        this.creating = creating;
        this.replacing = replacing;
        this.owing = owing;
    }

    /**
     * Begins the work that the record asks for. Called in the session's turn whenever its record has changed, so that
     * there is one attempt for each generation; not lazy.
     */
    void look(Entry entry) {
        Slot slot = entry.now().slot();
        Slot.Next wanted = slot.next();
        if (!slot.state().inFlight() || wanted == null) return;
        Attempt attempt = entry.attempts().begin(wanted.sandboxId(), slot.generation());
        if (attempt == null) return;
        Mono<Void> work = others(entry, attempt)
                .then(Mono.defer(() -> work(entry, attempt, slot.state(), wanted)))
                .onErrorResume(error -> unrecorded(entry, error))
                .doFinally(signal -> entry.attempts().over(attempt));
        if (!begin("Sandbox of session " + entry.id(), work)) entry.attempts().over(attempt);
    }

    private Mono<Void> work(Entry entry, Attempt attempt, SlotState state, Slot.Next wanted) {
        return state == SlotState.REPLACING
                ? replacing.replace(entry, attempt, wanted)
                : creating.create(entry, attempt, wanted);
    }

    /** Those that were begun before have no use any more: they end before another one is begun. */
    private Mono<Void> others(Entry entry, Attempt mine) {
        return Flux.fromIterable(entry.attempts().all())
                .filter(other -> other != mine)
                .concatMap(owing::stopped)
                .then();
    }

    private static Mono<Void> unrecorded(Entry entry, Throwable error) {
        log.warn("What became of the sandbox of session {} can't be recorded yet", entry.id(), error);
        return Mono.empty();
    }

    /** False when there is no room for it; it is never begun then. */
    private boolean begin(String what, Mono<Void> work) {
        AtomicBoolean begun = new AtomicBoolean();
        parts.tasks().start(what, work.doOnSubscribe(subscription -> begun.set(true)));
        return begun.get();
    }

    /** Whether nobody is at work where somebody should be, or the sandbox is gone without a word. */
    boolean broken(Entry entry) {
        return mended(entry, entry.now()) != null;
    }

    /** Puts a slot right, if that is needed; lazy, to be owned by a task. */
    Mono<Session> mend(Entry entry) {
        return parts.changes().make(entry, session -> mended(entry, session));
    }

    private @Nullable Session mended(Entry entry, Session session) {
        Slot slot = session.slot();
        if (!session.lives() || (slot.state().inFlight() && entry.attempts().of(slot) != null)) return null;
        return switch (slot.state()) {
            case NONE, FAILED, TORN_DOWN -> null;
            case READY -> found(slot.sandboxId()) ? null : lost(session);
            case PRELOADING -> found(slot.sandboxId()) ? arrived(session) : again(session);
            case REPLACING -> found(slot.sandboxId()) ? replacedAgain(session) : again(session);
        };
    }

    private boolean found(@Nullable String sandboxId) {
        Sandboxes sandboxes = parts.sandboxes();
        return sandboxId != null && sandboxes.find(sandboxId) != null;
    }

    private Session lost(Session session) {
        Draft draft = session.edit();
        draft.lose(draft.slot.failed("it is gone", true, parts.now()), parts.now());
        return draft.build();
    }

    private Session arrived(Session session) {
        Draft draft = session.edit();
        draft.outcome(new Approval.Outcome(draft.slot.sandboxId(), null, null));
        draft.autoApproval = draft.autoApproval.arrived(parts.now());
        draft.slot = draft.slot.ready(parts.now());
        return draft.build();
    }

    /** What had been begun is owed, and another one of the same size is made. */
    private Session again(Session session) {
        Draft draft = session.edit();
        Slot.Next wanted = wanted(draft.slot);
        if (draft.slot.state() == SlotState.REPLACING) {
            draft.note = Words.RESET;
            draft.autoApproval = draft.autoApproval.ended(parts.now());
        }
        draft.owe();
        draft.slot = draft.slot.making(wanted.sandboxId(), wanted.hardware(), wanted.approvalId(), parts.now());
        return draft.build();
    }

    private Session replacedAgain(Session session) {
        Draft draft = session.edit();
        Slot.Next begun = draft.slot.next();
        if (begun != null) draft.owe(begun.sandboxId());
        draft.slot = draft.slot.replacing(wanted(draft.slot), draft.slot.error(), parts.now());
        return draft.build();
    }

    private Slot.Next wanted(Slot slot) {
        Slot.Next begun = slot.next();
        String size = begun == null ? parts.hardware().standard().name() : begun.hardware();
        return new Slot.Next(parts.sandboxes().newId(), size, begun == null ? null : begun.approvalId());
    }
}
