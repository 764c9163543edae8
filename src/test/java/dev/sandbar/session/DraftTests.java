package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DraftTests {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    private static Session session(Slot slot) {
        return new Session(
                "s1",
                "ann",
                new Terms(null, "base", Map.of("A", "1"), Duration.ofMinutes(15), AT, null),
                null,
                Map.of(),
                0,
                false,
                slot,
                Set.of(),
                null,
                List.of(),
                AutoApproval.off(0),
                AT,
                AT,
                null,
                null);
    }

    private static Approval approval(String id, Approval.State state, @Nullable String note) {
        return new Approval(id, "big", 1, "why", state, AT, AT, null, note, null);
    }

    private static Slot ready() {
        return Slot.none(AT).making("i1", "small", null, AT).ready(AT);
    }

    @Test
    void whatIsLostIsOwedAndNotedWhereItWasThere() {
        Draft draft = session(ready().replacing(new Slot.Next("i2", "big", null), null, AT))
                .edit();
        draft.lose(Slot.none(AT), AT);
        Session after = draft.build();
        assertThat(after.owed()).containsExactlyInAnyOrder("i1", "i2");
        assertThat(after.note()).isEqualTo(Words.RESET);
        assertThat(after.wishedAt()).isNull();
        assertThat(after.slot().state()).isEqualTo(SlotState.NONE);
    }

    @Test
    void whatWasOnlyBeingMadeHeldNothing() {
        Draft draft = session(Slot.none(AT).making("i1", "small", null, AT)).edit();
        draft.lose(Slot.none(AT), AT);
        assertThat(draft.build().note()).isNull();
        assertThat(draft.build().owed()).containsExactly("i1");
        Draft empty = session(Slot.none(AT)).edit();
        empty.lose(Slot.none(AT), AT);
        assertThat(empty.build().owed()).isEmpty();
    }

    @Test
    void oldestDecidedApprovalsGoAndPendingOnesStay() {
        Draft draft = session(ready()).edit();
        draft.add(approval("pending", Approval.State.PENDING, null));
        for (int i = 1; i <= 49; i++) draft.add(approval("a" + i, Approval.State.REJECTED, null));
        assertThat(draft.build().approvals()).hasSize(50);
        draft.add(approval("newest", Approval.State.REJECTED, null));
        assertThat(draft.build().approvals())
                .hasSize(50)
                .extracting(Approval::id)
                .startsWith("pending", "a2")
                .endsWith("a49", "newest");
    }

    @Test
    void outcomeGoesToTheApprovalThatAskedForIt() {
        Slot slot = ready().replacing(new Slot.Next("i2", "big", "a1"), null, AT);
        Draft draft = session(slot).edit();
        draft.add(approval("a1", Approval.State.APPROVED, null));
        draft.add(approval("a2", Approval.State.APPROVED, null));
        Approval.Outcome outcome = new Approval.Outcome("i2", null, "2 files");
        draft.outcome(outcome);
        assertThat(draft.build().approval("a1")).extracting(Approval::outcome).isEqualTo(outcome);
        assertThat(draft.build().approval("a2")).extracting(Approval::outcome).isNull();
        draft.replace(approval("a2", Approval.State.REJECTED, "no"));
        assertThat(draft.build().approval("a2")).extracting(Approval::note).isEqualTo("no");
        assertThat(draft.build().approval("a3")).isNull();
    }

    @Test
    void stateSaysWhatItsPartsSay() {
        Draft draft = session(ready()).edit();
        assertThat(draft.build().state()).isEqualTo(SessionState.ACTIVE);
        draft.add(approval("a1", Approval.State.PENDING, null));
        assertThat(draft.build().state()).isEqualTo(SessionState.AWAITING_APPROVAL);
        draft.idle = true;
        assertThat(draft.build().state()).isEqualTo(SessionState.IDLE);
        assertThat(draft.build().lives()).isTrue();
        draft.cause = "client";
        assertThat(draft.build().state()).isEqualTo(SessionState.ENDED);
        assertThat(draft.build().lives()).isFalse();
    }

    @Test
    void secretsAreNotPrinted() {
        Terms terms = session(ready()).terms();
        assertThat(terms.toString()).doesNotContain("A", "=1").contains("base");
        assertThat(terms.withoutSecrets().environment()).isEmpty();
    }

    @Test
    void placesAreFreedOneByOne() {
        Places places = new Places(3, 2);
        places.take("a");
        places.take("a");
        assertThatThrownBy(() -> places.take("a"))
                .isInstanceOfSatisfying(
                        SessionException.LimitReached.class,
                        refusal -> assertThat(refusal.own()).isTrue());
        places.take("b");
        assertThatThrownBy(() -> places.take("b"))
                .isInstanceOfSatisfying(
                        SessionException.LimitReached.class,
                        refusal -> assertThat(refusal.own()).isFalse());
        places.free("a");
        assertThat(places.taken("a")).isEqualTo(1);
        places.free("a");
        assertThat(places.taken("a")).isZero();
        assertThat(places.taken()).isEqualTo(1);
    }
}
