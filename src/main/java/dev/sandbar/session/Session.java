package dev.sandbar.session;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session, as it is at one moment.
 *
 * @param id matches {@code [a-z0-9]+}
 * @param owner whose API key opened it
 * @param metadata the owner's words about it
 * @param revision counts the changes of title and metadata
 * @param idle whether it was evicted
 * @param owed sandboxes that were its own and whose end was not verified yet
 * @param note what the next tool result has to say first; null for nothing
 * @param approvals the pending ones and the newest decided ones, oldest first
 * @param wishedAt since when a page that was left wishes its sandbox away; null where none does
 * @param cause why it ends or has ended; null before
 * @param endedAt when it had ended, its sandbox included; null before
 */
public record Session(
        String id,
        String owner,
        Terms terms,
        @Nullable String title,
        Map<String, String> metadata,
        long revision,
        boolean idle,
        Slot slot,
        Set<String> owed,
        @Nullable String note,
        List<Approval> approvals,
        AutoApproval autoApproval,
        Instant lastActiveAt,
        @Nullable Instant wishedAt,
        @Nullable String cause,
        @Nullable Instant endedAt) {

    public Session {
        metadata = Map.copyOf(metadata);
        owed = Set.copyOf(owed);
        approvals = List.copyOf(approvals);
    }

    /** Where it is in its life. */
    public SessionState state() {
        if (cause != null) return SessionState.ENDED;
        if (idle) return SessionState.IDLE;
        return approvals.stream().anyMatch(Approval::pending) ? SessionState.AWAITING_APPROVAL : SessionState.ACTIVE;
    }

    /** One of its approvals, or null. */
    public @Nullable Approval approval(String approvalId) {
        return approvals.stream()
                .filter(approval -> approval.id().equals(approvalId))
                .findAny()
                .orElse(null);
    }

    /** Whether it takes calls, or would after coming back. */
    boolean lives() {
        return cause == null;
    }

    Draft edit() {
        return new Draft(this);
    }
}
