package dev.sandbar.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session that is being changed; one thread's own. */
final class Draft {

    private static final int APPROVALS = 50;

    private final Session before;
    Terms terms;

    @Nullable String title;

    Map<String, String> metadata;
    long revision;
    boolean idle;
    Slot slot;
    final Set<String> owed;

    @Nullable String note;

    List<Approval> approvals;
    AutoApproval autoApproval;
    Instant lastActiveAt;

    @Nullable Instant wishedAt;

    @Nullable String cause;

    @Nullable Instant endedAt;

    Draft(Session before) {
        this.before = before;
        this.terms = before.terms();
        this.title = before.title();
        this.metadata = new HashMap<>(before.metadata());
        this.revision = before.revision();
        this.idle = before.idle();
        this.slot = before.slot();
        this.owed = new HashSet<>(before.owed());
        this.note = before.note();
        this.approvals = new ArrayList<>(before.approvals());
        this.autoApproval = before.autoApproval();
        this.lastActiveAt = before.lastActiveAt();
        this.wishedAt = before.wishedAt();
        this.cause = before.cause();
        this.endedAt = before.endedAt();
    }

    /** Whatever the slot has is owed from now on. */
    Draft owe() {
        owe(slot.sandboxId());
        if (slot.next() != null) owe(slot.next().sandboxId());
        return this;
    }

    void owe(@Nullable String sandboxId) {
        if (sandboxId != null) owed.add(sandboxId);
    }

    /** Whatever the slot has is lost, and with it what was in it. */
    void lose(Slot then, Instant at) {
        boolean had = slot.state() == SlotState.READY || slot.state() == SlotState.REPLACING;
        outcome(new Approval.Outcome(null, Words.lost(then), null));
        owe();
        if (had) note = Words.RESET;
        autoApproval = autoApproval.settled(at);
        slot = then;
        wishedAt = null;
    }

    /** Keeps all pending approvals, and of the others the newest. */
    void add(Approval approval) {
        approvals.add(approval);
        for (int i = 0; approvals.size() > APPROVALS && i < approvals.size(); i++) {
            if (!approvals.get(i).pending()) approvals.remove(i--);
        }
    }

    void replace(Approval approval) {
        approvals.replaceAll(old -> old.id().equals(approval.id()) ? approval : old);
    }

    /** What became of the approval that asked for what is being made, if one did. */
    void outcome(Approval.Outcome outcome) {
        Slot.Next wanted = slot.next();
        if (wanted == null || wanted.approvalId() == null) return;
        approvals.replaceAll(old -> old.id().equals(wanted.approvalId()) ? old.with(outcome) : old);
    }

    Session build() {
        return new Session(
                before.id(),
                before.owner(),
                terms,
                title,
                metadata,
                revision,
                idle,
                slot,
                owed,
                note,
                approvals,
                autoApproval,
                lastActiveAt,
                wishedAt,
                cause,
                endedAt);
    }
}
