package dev.sandbar.web.sessions;

import dev.sandbar.session.Approval;
import dev.sandbar.web.http.Money;
import dev.sandbar.web.http.Times;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** An approval as clients see it; its estimate is that of the first hour. */
record ApprovalView(
        String approvalID,
        String hardware,
        BigDecimal estimatedCostUsd,
        String reason,
        String state,
        String requestedAt,
        String expiresAt,
        @Nullable String decidedAt,
        @Nullable String note,
        @Nullable OutcomeView outcome) {

    record OutcomeView(
            @Nullable String sandboxID,
            @Nullable String error,
            @Nullable String carried) {

        static @Nullable OutcomeView of(Approval.@Nullable Outcome outcome) {
            return outcome == null ? null : new OutcomeView(outcome.sandboxId(), outcome.error(), outcome.carried());
        }
    }

    static ApprovalView of(Approval approval) {
        return new ApprovalView(
                approval.id(),
                approval.hardware(),
                Money.usd(approval.estimateMicros()),
                approval.reason(),
                approval.state().wireName(),
                Times.text(approval.requestedAt()),
                Times.text(approval.expiresAt()),
                approval.decidedAt() == null ? null : Times.text(approval.decidedAt()),
                approval.note(),
                OutcomeView.of(approval.outcome()));
    }
}
