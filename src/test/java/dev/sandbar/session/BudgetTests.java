package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session may spend without a person. */
class BudgetTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private AutoApproval budget(String id) {
        return house.get(id).autoApproval();
    }

    /** Keeps it from being evicted. */
    private void use(String id, Duration time) {
        for (Duration left = time; !left.isZero(); left = left.minus(Duration.ofMinutes(1))) {
            house.advance(Duration.ofMinutes(1));
            house.bash(id, "x");
        }
    }

    @Test
    void enablingWithoutACapTakesFiveDollars() {
        String id = house.open();
        AutoApproval policy =
                house.ask(house.sessions().autoApproval("ann", id, true, null)).value();
        assertThat(policy.capMicros()).isEqualTo(5_000_000);
        assertThat(policy.remainingMicros()).isEqualTo(5_000_000);
        assertThat(house.budget(id, true, -1).error()).isInstanceOf(SessionException.Invalid.class);
    }

    @Test
    void whatFitsIsApprovedWithoutAPersonAndSetAside() {
        String id = house.open();
        house.budget(id, true, 5);
        Provision.Ready ready = (Provision.Ready) house.provision(id, "big").value();
        assertThat(ready.created()).isTrue();
        assertThat(budget(id).usedMicros()).isEqualTo(1_000_000);
        assertThat(house.get(id).approvals().get(0).state()).isEqualTo(Approval.State.AUTO_APPROVED);
        assertThat(house.events(id)).contains("budget.changed", "approval.decided");
    }

    @Test
    void whatDoesntFitWaitsForAPersonWithTheReason() {
        String id = house.open();
        house.budget(id, true, 1.5);
        Approval approval = ((Provision.Waiting) house.provision(id, "bigger").value()).approval();
        assertThat(approval.reason()).contains("costs 2 USD").contains("1.5 USD are left");
        assertThat(house.decide(id, approval.id(), Approval.Decision.APPROVE).error())
                .isInstanceOf(SessionException.Conflict.class)
                .hasMessageContaining("still pending");
        assertThat(house.approval(id, approval.id()).pending()).isTrue();
        house.budget(id, true, 2);
        assertThat(house.approval(id, approval.id()).state()).isEqualTo(Approval.State.AUTO_APPROVED);
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
        assertThat(budget(id).remainingMicros()).isZero();
    }

    @Test
    void askingAgainAnswersWithTheReasonOfNow() {
        String id = house.open();
        assertThat(reason(id, "bigger")).contains("switched off");
        house.budget(id, true, 1.5);
        assertThat(house.get(id).approvals().get(0).reason()).contains("1.5 USD are left");
        assertThat(house.events(id)).endsWith("approval.changed", "budget.changed");
        house.provision(id, "big");
        assertThat(reason(id, "bigger")).contains("0.5 USD are left");
        house.budget(id, false, 1.5);
        assertThat(house.get(id).approvals().get(0).reason()).contains("switched off");
        assertThat(house.get(id).approvals()).hasSize(2);
    }

    private String reason(String id, String hardware) {
        return ((Provision.Waiting) house.provision(id, hardware).value())
                .approval()
                .reason();
    }

    @Test
    void aRaisedCapApprovesOneAtATimeAndTheOthersWhenTheyAreAskedForAgain() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        house.advance(Duration.ofSeconds(6));
        house.provision(id, "bigger");
        house.provision(id, "big");
        house.budget(id, true, 5);
        assertThat(states(id)).containsExactly(Approval.State.AUTO_APPROVED, Approval.State.PENDING);
        assertThat(budget(id).usedMicros()).isEqualTo(2_000_000);
        assertThat(reason(id, "big")).contains("another sandbox comes first");
        house.advance(Duration.ofSeconds(6));
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
        Ask<Provision> again = house.provision(id, "big");
        house.advance(Duration.ofSeconds(6));
        assertThat(again.value()).isInstanceOf(Provision.Ready.class);
        assertThat(states(id)).containsOnly(Approval.State.AUTO_APPROVED).hasSize(2);
        assertThat(house.get(id).approvals())
                .allMatch(approval -> approval.reason().contains("fits"));
    }

    private List<Approval.State> states(String id) {
        return house.get(id).approvals().stream().map(Approval::state).toList();
    }

    @Test
    void whatIsThereAlreadyIsApprovedWithoutSettingAnythingAside() {
        String id = house.open();
        house.provision(id, "big");
        String approval = house.get(id).approvals().get(0).id();
        house.provision(id, "bigger");
        house.decide(id, approval, Approval.Decision.APPROVE);
        house.provision(id, "cpu-basic");
        house.provision(id, "big");
        house.decide(id, house.get(id).approvals().get(2).id(), Approval.Decision.APPROVE);
        house.budget(id, true, 1.5);
        assertThat(states(id).get(1)).isEqualTo(Approval.State.PENDING);
        assertThat(budget(id).usedMicros()).isEqualTo(1_000_000);
    }

    @Test
    void aRaisedCapWakesNoIdleSession() {
        String id = house.open();
        house.provision(id, "bigger");
        house.advance(SessionSettings.DEFAULT.waits().approval().plusMinutes(16));
        assertThat(house.get(id).state()).isEqualTo(SessionState.IDLE);
        house.budget(id, true, 5);
        assertThat(house.get(id).state()).isEqualTo(SessionState.IDLE);
        assertThat(house.boxes()).isEmpty();
        assertThat(states(id)).containsExactly(Approval.State.EXPIRED);
    }

    @Test
    void anApprovalThatHasExpiredIsAskedForAnew() {
        String id = house.open();
        house.provision(id, "bigger");
        house.time.advanceTimeBy(SessionSettings.DEFAULT.waits().approval());
        house.provision(id, "bigger");
        assertThat(house.get(id).approvals()).hasSize(2);
        assertThat(house.get(id).approvals().get(1).expiresAt()).isAfter(house.now());
    }

    @Test
    void withoutABudgetAPersonsApprovalRecordsNothing() {
        String id = house.open();
        Approval approval = ((Provision.Waiting) house.provision(id, "huge").value()).approval();
        house.decide(id, approval.id(), Approval.Decision.APPROVE);
        assertThat(house.slot(id).hardware()).isEqualTo("huge");
        assertThat(budget(id).usedMicros()).isZero();
    }

    @Test
    void teardownSettlesByTheRealTime() {
        String id = house.open();
        house.budget(id, true, 5);
        house.provision(id, "bigger");
        use(id, Duration.ofMinutes(30));
        house.ask(house.sessions().teardown("ann", id, false));
        assertThat(budget(id).running()).isNull();
        assertThat(budget(id).spentMicros()).isEqualTo(1_000_000);
    }

    @Test
    void creationThatFailsGivesBackWhatWasSetAside() {
        String id = house.open();
        house.budget(id, true, 5);
        house.machine.creationFails = new dev.sandbar.runtime.RuntimeUnavailableException("no room");
        assertThat(house.provision(id, "big").error()).isInstanceOf(SessionException.NoSandbox.class);
        assertThat(budget(id).remainingMicros()).isEqualTo(5_000_000);
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
    }

    @Test
    void nextHourIsSetAsideBeforeThisOneIsOver() {
        String id = house.open();
        house.budget(id, true, 5);
        house.provision(id, "bigger");
        use(id, Duration.ofMinutes(56));
        assertThat(budget(id).usedMicros()).isEqualTo(2_000_000);
        use(id, Duration.ofMinutes(2));
        assertThat(budget(id).usedMicros()).isEqualTo(4_000_000);
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
    }

    private String nearlySpent() {
        String id = house.open();
        house.budget(id, true, 2);
        house.provision(id, "bigger");
        house.machine.box(house.sandboxOf(id)).agent.home = "files";
        use(id, Duration.ofMinutes(56));
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
        return id;
    }

    @Test
    void atTheCapTheDefaultHardwareTakesItsPlaceWithTheFiles() {
        String id = nearlySpent();
        use(id, Duration.ofMinutes(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        assertThat(house.slot(id).hardware()).isEqualTo("cpu-basic");
        assertThat(house.machine.box(house.sandboxOf(id)).agent.home).isEqualTo("files");
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
        assertThat(budget(id).running()).isNull();
        assertThat(budget(id).spentMicros()).isBetween(1_890_000L, 2_000_000L);
        assertThat(house.story(id))
                .contains("the cap leaves no further hour")
                .containsPattern("sandbox.replacing[^\n]*\"cause\":\"budget\"")
                .containsPattern("sandbox.replaced[^\n]*\"cause\":\"budget\"")
                .doesNotContain("sandbox.torn_down");
    }

    @Test
    void switchedOffBudgetPaysForItsHourAndThenTheDefaultHardwareTakesItsPlace() {
        String id = house.open();
        house.budget(id, true, 5);
        house.provision(id, "bigger");
        house.budget(id, false, 5);
        use(id, Duration.ofMinutes(56));
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
        use(id, Duration.ofMinutes(2));
        assertThat(house.slot(id).hardware()).isEqualTo("cpu-basic");
        assertThat(house.story(id)).contains("the budget is switched off");
        assertThat(budget(id).running()).isNull();
    }

    @Test
    void replacementAtTheCapIsTriedAgainWhileItIsPaidFor() {
        String id = nearlySpent();
        house.machine.creationFails = new dev.sandbar.runtime.RuntimeUnavailableException("no room");
        house.advance(Duration.ofMinutes(2));
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
        house.machine.creationFails = null;
        house.advance(Duration.ofMinutes(1));
        assertThat(house.slot(id).hardware()).isEqualTo("cpu-basic");
        assertThat(house.machine.box(house.sandboxOf(id)).agent.home).isEqualTo("files");
    }

    @Test
    void whereNothingCanTakeItsPlaceItEndsWithItsHourAndTheNextCallGetsTheDefault() {
        String id = nearlySpent();
        house.machine.creationFails = new dev.sandbar.runtime.RuntimeUnavailableException("no room");
        house.advance(Duration.ofMinutes(4).plusSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        assertThat(house.slot(id).error()).isEqualTo("budget");
        assertThat(budget(id).spentMicros()).isBetween(2_000_000L, 2_001_000L);
        house.machine.creationFails = null;
        assertThat(House.result(house.bash(id, "x")).output()).contains("made anew");
        assertThat(house.slot(id).hardware()).isEqualTo("cpu-basic");
    }

    @Test
    void replacementThatHangsIsPaidForAMinuteBeyondTheHourAtMost() {
        String id = nearlySpent();
        String paid = house.sandboxOf(id);
        house.machine.creationTakes = Duration.ofMinutes(20);
        house.creationLimit = Duration.ofHours(1);
        house.restart();
        house.advance(Duration.ofMinutes(4).plus(Budgeting.GRACE).plusSeconds(3));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        assertThat(budget(id).spentMicros()).isBetween(2_000_000L, 2_036_000L);
        assertThat(house.boxes()).doesNotContain(paid);
        house.advance(Duration.ofMinutes(21));
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void toolThatHoldsTheReplacementUpEndsWithThePaidHour() {
        String id = nearlySpent();
        Ask<ToolEvent> call = house.bash(id, "hang");
        house.advance(Duration.ofMinutes(3));
        assertThat(call.answered()).isFalse();
        house.advance(Duration.ofMinutes(1).plusSeconds(5));
        assertThat(House.result(call).cause()).isEqualTo("budget");
        assertThat(house.slot(id).hardware()).isEqualTo("cpu-basic");
        assertThat(house.machine.box(house.sandboxOf(id)).agent.home).isEqualTo("files");
    }

    @Test
    void raisedCapRenewsWhatWasRefused() {
        String id = nearlySpent();
        house.machine.creationFails = new dev.sandbar.runtime.RuntimeUnavailableException("no room");
        use(id, Duration.ofMinutes(2));
        house.budget(id, true, 10);
        use(id, Duration.ofMinutes(4));
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
        assertThat(budget(id).usedMicros()).isEqualTo(4_000_000);
    }

    @Test
    void secondPaidSandboxIsJudgedWithTheFirstStillPaidFor() {
        String id = house.open();
        house.budget(id, true, 2.5);
        house.provision(id, "big");
        assertThat(house.provision(id, "bigger").value()).isInstanceOf(Provision.Waiting.class);
        house.budget(id, true, 3);
        house.provision(id, "bigger");
        assertThat(house.get(id).approvals()).hasSize(2);
    }

    @Test
    void fiftyRequestsForTheLastDollarSpendItOnce() {
        String id = house.open();
        house.budget(id, true, 1);
        house.machine.creationTakes = Duration.ofSeconds(1);
        List<Ask<Provision>> asks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Ask<Provision> ask = new Ask<>();
            house.sessions().provision("ann", id, i % 2 == 0 ? "big" : "bigger").subscribe(ask);
            asks.add(ask);
        }
        house.advance(Duration.ofSeconds(5));
        assertThat(budget(id).usedMicros()).isEqualTo(1_000_000);
        assertThat(asks).allMatch(Ask::answered);
        assertThat(asks.stream().filter(ask -> !ask.failed() && ask.value() instanceof Provision.Ready))
                .hasSize(25);
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
    }

    @Test
    void reservationOutlivesTheService() {
        String id = house.open();
        house.budget(id, true, 5);
        house.provision(id, "bigger");
        AutoApproval before = budget(id);
        house.restart();
        assertThat(budget(id)).isEqualTo(before);
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
    }

    @Test
    void enablingPaysForWhatIsThereOrRefuses() {
        String id = house.open();
        Approval approval = ((Provision.Waiting) house.provision(id, "bigger").value()).approval();
        house.decide(id, approval.id(), Approval.Decision.APPROVE);
        assertThat(house.budget(id, true, 1).error()).isInstanceOf(SessionException.Conflict.class);
        assertThat(budget(id).enabled()).isFalse();
        assertThat(house.budget(id, true, 3).value().usedMicros()).isEqualTo(2_000_000);
    }

    @Test
    void costIsRoundedUpAndExact() {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        AutoApproval.Reservation hour =
                new AutoApproval.Reservation("big", 50_000, from, from.plus(AutoApproval.WINDOW), null);
        assertThat(hour.micros()).isEqualTo(50_000);
        assertThat(hour.cost(Duration.ofMinutes(30))).isEqualTo(25_000);
        assertThat(hour.cost(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(hour.cost(Duration.ofHours(3))).isEqualTo(150_000);
        assertThat(hour.cost(Duration.ofSeconds(-1))).isZero();
    }
}
