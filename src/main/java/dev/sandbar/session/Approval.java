package dev.sandbar.session;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's word for hardware that costs money.
 *
 * @param hardware what was asked for
 * @param estimateMicros what the first hour costs, in millionths of a US dollar
 * @param reason why a person has to decide it, or why it was decided by itself
 * @param decidedAt null while it is pending
 * @param note the words of who decided it
 * @param outcome what became of it after it was approved; null before
 */
public record Approval(
        String id,
        String hardware,
        long estimateMicros,
        String reason,
        State state,
        Instant requestedAt,
        Instant expiresAt,
        @Nullable Instant decidedAt,
        @Nullable String note,
        @Nullable Outcome outcome) {

    /** What was decided. */
    public enum State {
        PENDING,
        APPROVED,
        /** Approved by the session's budget, without a person. */
        AUTO_APPROVED,
        REJECTED,
        EXPIRED,
        /** Its session was ended before. */
        WITHDRAWN;

        /** The word for clients. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a person says. */
    public enum Decision {
        APPROVE,
        REJECT
    }

    /**
     * What became of it.
     *
     * @param sandboxId of the sandbox of this size; null where it couldn't be made
     * @param error why it couldn't be made; null where it could
     * @param carried what became of the files of the sandbox before; null where there was none
     */
    public record Outcome(
            @Nullable String sandboxId,
            @Nullable String error,
            @Nullable String carried) {}

    /** Whether somebody has to decide it. */
    public boolean pending() {
        return state == State.PENDING;
    }

    Approval withReason(String now) {
        return new Approval(id, hardware, estimateMicros, now, state, requestedAt, expiresAt, decidedAt, note, outcome);
    }

    Approval decided(State as, @Nullable String words, Instant at) {
        return new Approval(id, hardware, estimateMicros, reason, as, requestedAt, expiresAt, at, words, outcome);
    }

    Approval with(Outcome became) {
        return new Approval(
                id, hardware, estimateMicros, reason, state, requestedAt, expiresAt, decidedAt, note, became);
    }
}
