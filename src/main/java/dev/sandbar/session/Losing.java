package dev.sandbar.session;

import dev.sandbar.sandbox.EndCause;
import org.jspecify.annotations.Nullable;

/** Empties the slot of a sandbox that has ended without its session's doing. */
final class Losing {

    private final Parts parts;

    Losing(Parts parts) {
        this.parts = parts;
    }

    /** Not lazy. */
    void ended(String sandboxId, EndCause cause) {
        Entry entry = parts.entries().withSandbox(sandboxId);
        if (entry == null || !isThere(entry.now(), sandboxId)) return;
        parts.tasks()
                .start(
                        "Loss in session " + entry.id(),
                        parts.changes().make(entry, session -> without(session, sandboxId, cause)));
    }

    /** What is only being made is its maker's business. */
    private static boolean isThere(Session session, String sandboxId) {
        Slot slot = session.slot();
        boolean stands = slot.state() == SlotState.READY || slot.state() == SlotState.REPLACING;
        return stands && sandboxId.equals(slot.sandboxId());
    }

    private @Nullable Session without(Session session, String sandboxId, EndCause cause) {
        if (!isThere(session, sandboxId)) return null;
        Draft draft = session.edit();
        boolean meant = cause == EndCause.KILLED || cause == EndCause.EXPIRED;
        Slot then = meant
                ? draft.slot.tornDown(cause.wireName(), parts.now())
                : draft.slot.failed(cause.wireName(), true, parts.now());
        draft.lose(then, parts.now());
        return draft.build();
    }
}
