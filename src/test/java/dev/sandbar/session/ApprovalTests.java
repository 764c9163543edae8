package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hardware that a person or a budget decides about. */
class ApprovalTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private String asked(String id, String hardware) {
        return ((Provision.Waiting) house.provision(id, hardware).value())
                .approval()
                .id();
    }

    @Test
    void defaultHardwareIsThereWithoutApproval() {
        String id = house.open();
        Provision.Ready ready =
                (Provision.Ready) house.provision(id, "cpu-basic").value();
        assertThat(ready.created()).isFalse();
        assertThat(house.get(id).approvals()).isEmpty();
    }

    @Test
    void unknownAndNotOfferedHardwareNamesWhatThereIs() {
        String id = house.open();
        for (String hardware : List.of("nonsense", "gpu")) {
            assertThat(house.provision(id, hardware).error())
                    .isInstanceOf(SessionException.UnknownHardware.class)
                    .hasMessageContaining("cpu-basic, cpu-upgrade, big");
        }
    }

    @Test
    void otherHardwareAtTheOpeningIsTheDefaultAndAnApproval() {
        SessionRequest request =
                new SessionRequest("ann", null, null, "base", "cpu-upgrade", Map.of(), Map.of(), null, null);
        Session session = house.ask(house.sessions().open(request)).value().session();
        assertThat(session.state()).isEqualTo(SessionState.AWAITING_APPROVAL);
        assertThat(house.slot(session.id()).hardware()).isEqualTo("cpu-basic");
        assertThat(session.approvals().get(0).estimateMicros()).isEqualTo(50_000);
    }

    @Test
    void approvedSizeReplacesTheSandboxAndCarriesItsFiles() {
        String id = house.open();
        String before = house.sandboxOf(id);
        house.machine.box(before).agent.home = "my files";
        Approval approval =
                house.decide(id, asked(id, "big"), Approval.Decision.APPROVE).value();
        String after = house.sandboxOf(id);
        assertThat(approval.state()).isEqualTo(Approval.State.APPROVED);
        assertThat(House.outcome(approval).sandboxId()).isEqualTo(after);
        assertThat(House.outcome(approval).carried()).contains("8 bytes").contains("verified");
        assertThat(house.machine.box(after).agent.home).isEqualTo("my files");
        assertThat(house.machine.box(after).limits.cpus()).isEqualTo(8);
        assertThat(house.boxes()).containsExactly(after).doesNotContain(before);
        assertThat(house.events(id)).contains("sandbox.replacing", "sandbox.replaced");
        ToolResult first = House.result(house.bash(id, "x"));
        assertThat(first.output())
                .contains("replaced by one of hardware \"big\"")
                .endsWith("x");
        assertThat(House.result(house.bash(id, "y")).output()).isEqualTo("y");
    }

    @Test
    void decidingTwiceIsAConflictAndStrangersApprovalsAreNotFound() {
        String id = house.open();
        String approval = asked(id, "big");
        house.decide(id, approval, Approval.Decision.REJECT);
        assertThat(house.decide(id, approval, Approval.Decision.APPROVE).error())
                .isInstanceOf(SessionException.Conflict.class)
                .hasMessageContaining("rejected");
        assertThat(house.decide(id, "a1", Approval.Decision.APPROVE).error())
                .isInstanceOf(SessionException.NotFound.class);
    }

    @Test
    void askingAgainFindsThePendingApproval() {
        String id = house.open();
        assertThat(asked(id, "big")).isEqualTo(asked(id, "big"));
        assertThat(house.get(id).approvals()).hasSize(1);
    }

    @Test
    void approvalThatLandsInThePreloadLeavesTheApprovedSandboxOnly() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        String approval = asked(id, "big");
        Ask<Approval> decision = house.decide(id, approval, Approval.Decision.APPROVE);
        house.advance(Duration.ofSeconds(20));
        assertThat(House.outcome(decision.value()).sandboxId()).isEqualTo(house.sandboxOf(id));
        assertThat(house.slot(id).hardware()).isEqualTo("big");
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
        assertThat(house.get(id).owed()).isEmpty();
    }

    @Test
    void approvedCreationDoesntQueueBehindPreloads() {
        house.machine.creationTakes = Duration.ofSeconds(10);
        String id = house.open();
        house.advance(Duration.ofSeconds(11));
        for (int i = 0; i < 6; i++) house.open();
        Ask<Approval> decision = house.decide(id, asked(id, "big"), Approval.Decision.APPROVE);
        house.advance(Duration.ofSeconds(12));
        assertThat(House.outcome(decision.value()).sandboxId()).isEqualTo(house.sandboxOf(id));
        assertThat(house.slot(id).hardware()).isEqualTo("big");
    }

    @Test
    void approvalExpiresAndASessionIsEvictedAfterIt() {
        String id = house.open();
        String approval = asked(id, "big");
        house.advance(Duration.ofMinutes(29));
        assertThat(house.get(id).state()).isEqualTo(SessionState.AWAITING_APPROVAL);
        house.advance(Duration.ofMinutes(2));
        assertThat(house.approval(id, approval).state()).isEqualTo(Approval.State.EXPIRED);
        assertThat(house.decide(id, approval, Approval.Decision.APPROVE).error())
                .isInstanceOf(SessionException.Conflict.class);
        assertThat(house.get(id).state()).isEqualTo(SessionState.IDLE);
    }

    @Test
    void replacementThatFailsLeavesWhatWasThere() {
        String id = house.open();
        String before = house.sandboxOf(id);
        house.machine.creationFails = new dev.sandbar.runtime.RuntimeUnavailableException("no room");
        Approval approval =
                house.decide(id, asked(id, "big"), Approval.Decision.APPROVE).value();
        assertThat(House.outcome(approval).error()).isEqualTo("no room");
        assertThat(house.sandboxOf(id)).isEqualTo(before);
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        assertThat(House.result(house.bash(id, "x")).output()).isEqualTo("x");
    }

    @Test
    void filesThatArriveOtherwiseFailTheReplacement() {
        String id = house.open();
        String before = house.sandboxOf(id);
        house.machine.box(before).agent.home = "files";
        house.machine.creationTakes = Duration.ofSeconds(2);
        Ask<Approval> decision = house.decide(id, asked(id, "big"), Approval.Decision.APPROVE);
        house.time.advanceTimeBy(Duration.ofSeconds(1));
        String made = house.machine.started.get(1);
        house.machine.box(made).agent.lossy = true;
        house.advance(Duration.ofSeconds(5));
        assertThat(House.outcome(decision.value()).error()).contains("arrived otherwise");
        assertThat(house.boxes()).containsExactly(before);
    }

    @Test
    void replacementWaitsForRunningToolsAndNewOnesWaitForIt() {
        String id = house.open();
        Ask<ToolEvent> running = house.bash(id, "hang");
        Ask<Approval> decision = house.decide(id, asked(id, "big"), Approval.Decision.APPROVE);
        Ask<ToolEvent> late = house.bash(id, "late");
        house.advance(Duration.ofSeconds(5));
        assertThat(decision.answered()).isFalse();
        assertThat(house.tools().calls).hasSize(1);
        running.cancel();
        house.advance(Duration.ofSeconds(1));
        assertThat(House.outcome(decision.value()).sandboxId()).isEqualTo(house.sandboxOf(id));
        assertThat(house.tools().calls).last().isEqualTo(house.sandboxOf(id) + " late");
        assertThat(House.result(late).success()).isTrue();
    }

    @Test
    void goingBackToTheDefaultNeedsNoApproval() {
        String id = house.open();
        house.decide(id, asked(id, "big"), Approval.Decision.APPROVE);
        Provision.Ready ready =
                (Provision.Ready) house.provision(id, "cpu-basic").value();
        assertThat(ready.created()).isTrue();
        assertThat(ready.carried()).contains("carried over");
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
    }

    @Test
    void sandboxCreateToolSaysWhatHappened() {
        String id = house.open();
        assertThat(create(id, "{}").output()).startsWith("Already active: sandbox " + house.sandboxOf(id));
        ToolResult waiting = create(id, "{\"hardware\":\"big\"}");
        assertThat(waiting.success()).isFalse();
        assertThat(waiting.cause()).isEqualTo("approval-pending");
        assertThat(create(id, "{\"hardware\":\"gpu\"}").error()).contains("isn't offered here");
        house.decide(id, house.get(id).approvals().get(0).id(), Approval.Decision.REJECT);
        house.budget(id, true, 5);
        assertThat(create(id, "{\"hardware\":\"big\"}").output()).startsWith("Created: sandbox");
    }

    private ToolResult create(String id, String arguments) {
        return House.result(house.ask(house.sessions().tool("ann", id, "sandbox_create", House.json(arguments))));
    }

    @Test
    void decidedApprovalsAreBoundedAndPendingOnesStay() {
        String id = house.open();
        String kept = asked(id, "bigger");
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String approval = asked(id, "big");
            all.add(approval);
            house.decide(id, approval, Approval.Decision.REJECT);
        }
        assertThat(house.get(id).approvals())
                .hasSize(50)
                .extracting(Approval::id)
                .contains(kept, all.get(59));
    }

    @Test
    void whileAReplacementGoesOnNothingElseIsGranted() {
        String id = house.open();
        String big = asked(id, "big");
        String bigger = asked(id, "bigger");
        house.machine.creationTakes = Duration.ofSeconds(5);
        Ask<Approval> first = house.decide(id, big, Approval.Decision.APPROVE);
        Slot.Next next = house.slot(id).next();
        assertThat(house.decide(id, bigger, Approval.Decision.APPROVE).error())
                .isInstanceOf(SessionException.Conflict.class)
                .hasMessageContaining("being replaced already");
        assertThat(house.provision(id, "cpu-basic").error()).hasMessageContaining("being replaced already");
        assertThat(house.slot(id).next()).isEqualTo(next);
        assertThat(house.approval(id, bigger).pending()).isTrue();
        house.advance(Duration.ofSeconds(10));
        assertThat(House.outcome(first.value()).sandboxId()).isEqualTo(house.sandboxOf(id));
        assertThat(house.machine.started).hasSize(2);
        house.decide(id, bigger, Approval.Decision.APPROVE);
        house.advance(Duration.ofSeconds(10));
        assertThat(house.slot(id).hardware()).isEqualTo("bigger");
    }

    /** Also of a creation where there is no sandbox yet. */
    @Test
    void whileAnApprovedCreationGoesOnNothingElseIsGranted() {
        String id = house.open();
        String big = asked(id, "big");
        String bigger = asked(id, "bigger");
        house.ask(house.sessions().teardown("ann", id, false));
        house.machine.creationTakes = Duration.ofSeconds(5);
        house.decide(id, big, Approval.Decision.APPROVE);
        assertThat(house.slot(id).state()).isEqualTo(SlotState.PRELOADING);
        assertThat(house.decide(id, bigger, Approval.Decision.APPROVE).error())
                .isInstanceOf(SessionException.Conflict.class);
        house.advance(Duration.ofSeconds(10));
        assertThat(house.slot(id).hardware()).isEqualTo("big");
    }

    @Test
    void anEarlierCreationHasEndedBeforeTheApprovedOneBegins() {
        house.machine.creationTakes = Duration.ofSeconds(12);
        String id = house.open();
        house.advance(Duration.ofSeconds(1));
        house.decide(id, asked(id, "big"), Approval.Decision.APPROVE);
        house.advance(Duration.ofSeconds(10));
        assertThat(house.machine.started).hasSize(1);
        house.advance(Duration.ofMinutes(1));
        assertThat(house.machine.mostMaking).isEqualTo(1);
        assertThat(house.slot(id).hardware()).isEqualTo("big");
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
    }

    @Test
    void soManyApprovalsArePendingAtMostAndADecidedOneMakesRoom() {
        StringBuilder sizes = new StringBuilder("default: cpu-basic\nhardware:\n  cpu-basic: {usd-per-hour: 0}\n");
        for (int i = 0; i < 21; i++) sizes.append("  size-" + i + ": {cpus: 2, usd-per-hour: 1}\n");
        try (House other = House.with(sizes.toString())) {
            String id = other.open();
            for (int i = 0; i < 20; i++) other.provision(id, "size-" + i).value();
            assertThat(other.provision(id, "size-20").error())
                    .isInstanceOf(SessionException.Conflict.class)
                    .hasMessageContaining("20 approvals are pending");
            assertThat(other.provision(id, "size-3").value()).isInstanceOf(Provision.Waiting.class);
            other.decide(id, other.get(id).approvals().get(0).id(), Approval.Decision.REJECT);
            assertThat(other.provision(id, "size-20").value()).isInstanceOf(Provision.Waiting.class);
            assertThat(other.get(id).approvals()).filteredOn(Approval::pending).hasSize(20);
        }
    }

    /** A record as no step of today leaves it. */
    @Test
    void anApprovalThatRevivesAnEvictedSessionTakesAPlaceOrIsRefused() {
        SessionSettings usual = SessionSettings.DEFAULT;
        SessionSettings one = new SessionSettings(
                1,
                1,
                usual.idleTimeout(),
                usual.longest(),
                usual.lease(),
                usual.capMicros(),
                usual.waits(),
                usual.creations(),
                usual.keep());
        try (House small = House.running(one)) {
            String id = small.open();
            String approval = ((Provision.Waiting) small.provision(id, "big").value())
                    .approval()
                    .id();
            small.crash();
            small.evict(id);
            small.recover();
            assertThat(small.sessions().active()).isZero();
            String other = small.open();
            assertThat(small.decide(id, approval, Approval.Decision.APPROVE).error())
                    .isInstanceOf(SessionException.LimitReached.class);
            assertThat(small.approval(id, approval).pending()).isTrue();
            assertThat(small.sessions().active()).isEqualTo(1);
            small.ask(small.sessions().end("ann", other));
            small.decide(id, approval, Approval.Decision.APPROVE);
            assertThat(small.sessions().active()).isEqualTo(1);
            assertThat(small.ask(small.sessions().open(House.request(null))).error())
                    .isInstanceOf(SessionException.LimitReached.class);
            assertThat(small.slot(id).hardware()).isEqualTo("big");
        }
    }

    /** The store takes the switch only after the sandbox was torn down. */
    @Test
    void aReplacementThatComesTooLateChangesNothing() {
        String id = house.open();
        String approval = asked(id, "big");
        house.machine.creationTakes = Duration.ofSeconds(5);
        Ask<Approval> decision = house.decide(id, approval, Approval.Decision.APPROVE);
        house.time.advanceTimeBy(Duration.ofMillis(4900));
        house.faults().arm(Faults.Kind.REFUSE, 0, step -> step.contains("Put session+"));
        house.machine.destructionFails = new dev.sandbar.runtime.RuntimeUnavailableException("slow");
        house.time.advanceTimeBy(Duration.ofMillis(100));
        assertThat(house.faults().hit()).isTrue();
        house.ask(house.sessions().teardown("ann", id, false));
        house.time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        house.machine.destructionFails = null;
        house.advance(Duration.ofMinutes(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        assertThat(house.boxes()).isEmpty();
        assertThat(House.outcome(decision.value()).sandboxId()).isNull();
        assertThat(house.events(id))
                .filteredOn(event -> event.startsWith("sandbox."))
                .containsExactly("sandbox.preloading", "sandbox.ready", "sandbox.replacing", "sandbox.torn_down");
    }
}
