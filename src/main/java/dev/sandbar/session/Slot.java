package dev.sandbar.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session's place for its sandbox.
 *
 * @param generation number of this sandbox in the session; a late callback names the one that it means
 * @param sandboxId of what is there or being made; null where there is none
 * @param hardware name of its size; null where there is none
 * @param error why there is none, or why it is being replaced; null where nothing went wrong
 * @param since when it came into this state
 * @param told whether a tool call was told of the error, so that the next one tries again
 * @param next what is being made, in its place where there is one; null where nothing is
 */
public record Slot(
        SlotState state,
        long generation,
        @Nullable String sandboxId,
        @Nullable String hardware,
        @Nullable String error,
        Instant since,
        boolean told,
        @Nullable Next next) {

    /**
     * A sandbox that is being made.
     *
     * @param approvalId the approval that allows it; null where none is needed
     */
    public record Next(
            String sandboxId, String hardware, @Nullable String approvalId) {}

    static Slot none(Instant at) {
        return new Slot(SlotState.NONE, 0, null, null, null, at, true, null);
    }

    Slot making(String id, String size, @Nullable String approvalId, Instant at) {
        Next wanted = new Next(id, size, approvalId);
        return new Slot(SlotState.PRELOADING, generation + 1, id, size, null, at, true, wanted);
    }

    Slot ready(Instant at) {
        return new Slot(SlotState.READY, generation, sandboxId, hardware, null, at, true, null);
    }

    /** Null where somebody has asked for it; otherwise why. */
    Slot replacing(Next wanted, @Nullable String why, Instant at) {
        return new Slot(SlotState.REPLACING, generation + 1, sandboxId, hardware, why, at, true, wanted);
    }

    Slot replaced(Next by, Instant at) {
        return new Slot(SlotState.READY, generation, by.sandboxId(), by.hardware(), null, at, true, null);
    }

    /** The one that was there stays. */
    Slot kept(String why, Instant at) {
        return new Slot(SlotState.READY, generation, sandboxId, hardware, why, at, true, null);
    }

    Slot failed(String why, boolean known, Instant at) {
        return new Slot(SlotState.FAILED, generation + 1, null, null, why, at, known, null);
    }

    Slot tornDown(@Nullable String why, Instant at) {
        return new Slot(SlotState.TORN_DOWN, generation + 1, null, null, why, at, true, null);
    }

    Slot withTold() {
        return new Slot(state, generation, sandboxId, hardware, error, since, true, next);
    }

    /** Whether this is where a creation of that generation still belongs. */
    boolean awaits(long wanted) {
        return state.inFlight() && generation == wanted;
    }

    /** Whether this sandbox is there or being made. */
    boolean has(String id) {
        return id.equals(sandboxId) || (next != null && id.equals(next.sandboxId()));
    }
}
