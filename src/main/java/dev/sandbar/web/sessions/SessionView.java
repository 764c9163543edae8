package dev.sandbar.web.sessions;

import dev.sandbar.session.Session;
import dev.sandbar.session.Terms;
import dev.sandbar.web.http.Times;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A session as clients see it; its environment isn't told.
 *
 * @param idleTimeout in seconds
 * @param approvals the pending ones
 */
record SessionView(
        String sessionID,
        @Nullable String key,
        @Nullable String title,
        String templateID,
        String state,
        @Nullable String cause,
        SlotView sandbox,
        BudgetView autoApproval,
        List<ApprovalView> approvals,
        Map<String, String> metadata,
        long idleTimeout,
        String createdAt,
        String lastActiveAt,
        @Nullable String endAt,
        @Nullable String endedAt) {

    static SessionView of(Session session) {
        Terms terms = session.terms();
        return new SessionView(
                session.id(),
                terms.key(),
                session.title(),
                terms.template(),
                session.state().wireName(),
                session.cause(),
                SlotView.of(session.slot()),
                BudgetView.of(session.autoApproval()),
                session.approvals().stream()
                        .filter(approval -> approval.pending())
                        .map(ApprovalView::of)
                        .toList(),
                new TreeMap<>(session.metadata()),
                terms.idleTimeout().toSeconds(),
                Times.text(terms.createdAt()),
                Times.text(session.lastActiveAt()),
                terms.endAt() == null ? null : Times.text(terms.endAt()),
                session.endedAt() == null ? null : Times.text(session.endedAt()));
    }
}
