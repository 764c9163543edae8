package dev.sandbar.session;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which events tell of a change: whatever differs is told, so that none can be forgotten. */
final class Story {

    /** The terminal event of a session's stream. */
    static final String ENDED = "session.ended";

    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

    private final List<Event> events = new ArrayList<>();

    private Story() {}

    record Event(String type, Map<String, Object> data) {}

    /** In the order in which they are told. */
    static List<Event> of(@Nullable Session before, Session after) {
        Story story = new Story();
        if (before == null) story.created(after);
        story.approvals(before == null ? List.of() : before.approvals(), after.approvals());
        if (before != null && !before.autoApproval().equals(after.autoApproval())) story.budget(after.autoApproval());
        story.slot(before == null ? null : before.slot(), after);
        story.state(before, after);
        return story.events;
    }

    private void created(Session session) {
        tell(
                "session.created",
                "sessionID",
                session.id(),
                "title",
                session.title(),
                "templateID",
                session.terms().template());
    }

    private void approvals(List<Approval> before, List<Approval> after) {
        for (Approval approval : after) {
            Approval old = before.stream()
                    .filter(one -> one.id().equals(approval.id()))
                    .findAny()
                    .orElse(null);
            if (old == null) requested(approval);
            else if (approval.pending() && !old.reason().equals(approval.reason())) changed(approval);
            if (!approval.pending() && (old == null || old.pending())) decided(approval);
        }
    }

    private void requested(Approval approval) {
        tell(
                "approval.requested",
                "approvalID",
                approval.id(),
                "hardware",
                approval.hardware(),
                "estimatedCostUsd",
                usd(approval.estimateMicros()),
                "reason",
                approval.reason(),
                "expiresAt",
                Times.wire(approval.expiresAt()));
    }

    private void changed(Approval approval) {
        tell("approval.changed", "approvalID", approval.id(), "reason", approval.reason());
    }

    private void decided(Approval approval) {
        tell(
                "approval.decided",
                "approvalID",
                approval.id(),
                "state",
                approval.state().wireName(),
                "note",
                approval.note());
    }

    private void budget(AutoApproval now) {
        tell(
                "budget.changed",
                "enabled",
                now.enabled(),
                "costCapUsd",
                usd(now.capMicros()),
                "estimatedSpendUsd",
                usd(now.usedMicros()),
                "remainingUsd",
                usd(now.remainingMicros()),
                "cause",
                now.running() == null ? null : now.running().refused());
    }

    private void slot(@Nullable Slot before, Session session) {
        Slot now = session.slot();
        SlotState was = before == null ? SlotState.NONE : before.state();
        if (before != null && was == now.state() && before.generation() == now.generation()) return;
        switch (now.state()) {
            case NONE -> {}
            case PRELOADING -> sandbox("sandbox.preloading", now, null, null);
            case REPLACING -> sandbox("sandbox.replacing", now, now.next(), null);
            case READY -> ready(before, session);
            case FAILED -> tell("sandbox.failed", "sandboxID", id(before), "cause", now.error());
            case TORN_DOWN -> tell("sandbox.torn_down", "sandboxID", id(before), "cause", now.error());
        }
    }

    private void ready(@Nullable Slot before, Session session) {
        Slot now = session.slot();
        if (before == null || before.state() != SlotState.REPLACING) sandbox("sandbox.ready", now, null, null);
        else if (now.has(Objects.requireNonNull(before.sandboxId()))) sandbox("sandbox.failed", now, null, "kept");
        else replaced(before, session);
    }

    private void replaced(Slot before, Session session) {
        Slot now = session.slot();
        tell(
                "sandbox.replaced",
                "sandboxID",
                now.sandboxId(),
                "hardware",
                now.hardware(),
                "before",
                before.sandboxId(),
                "cause",
                before.error(),
                "note",
                session.note());
    }

    private void sandbox(String type, Slot now, Slot.@Nullable Next next, @Nullable String remark) {
        tell(
                type,
                "sandboxID",
                now.sandboxId(),
                "hardware",
                now.hardware(),
                "nextSandboxID",
                next == null ? null : next.sandboxId(),
                "nextHardware",
                next == null ? null : next.hardware(),
                "cause",
                now.error(),
                "remark",
                remark);
    }

    private void state(@Nullable Session before, Session after) {
        if (before != null && after.state() != SessionState.ENDED && before.state() != after.state()) {
            tell(
                    "session.state",
                    "state",
                    after.state().wireName(),
                    "before",
                    before.state().wireName());
        }
        if (after.endedAt() != null && (before == null || before.endedAt() == null)) {
            tell(ENDED, "sessionID", after.id(), "cause", after.cause());
        }
    }

    private static @Nullable String id(@Nullable Slot before) {
        return before == null ? null : before.sandboxId();
    }

    /** Names and values in turn; what is null isn't told. */
    private void tell(String type, @Nullable Object... data) {
        Map<String, Object> told = new LinkedHashMap<>();
        for (int i = 0; i < data.length; i += 2) {
            Object value = data[i + 1];
            if (value != null) told.put(String.valueOf(data[i]), value);
        }
        events.add(new Event(type, told));
    }

    static BigDecimal usd(long micros) {
        return BigDecimal.valueOf(micros).divide(MICROS).stripTrailingZeros();
    }
}
