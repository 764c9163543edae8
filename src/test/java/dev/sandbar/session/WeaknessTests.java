package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults of a system with the same task, by their numbers in its review: none of them is here. */
class WeaknessTests {

    private static final Duration IDLE = SessionSettings.DEFAULT.idleTimeout();

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
    void w1BudgetPricesTheTargetThoughASandboxIsThere() {
        String id = house.open();
        house.budget(id, true, 5);
        Approval approval = ((Provision.Waiting) house.provision(id, "huge").value()).approval();
        assertThat(approval.estimateMicros()).isEqualTo(80_000_000);
        assertThat(house.slot(id).hardware()).isEqualTo("cpu-basic");
        assertThat(house.get(id).autoApproval().usedMicros()).isZero();
    }

    @Test
    void w2FailedDeletionIsNotForgottenAlsoByTheNextRun() {
        String id = house.open();
        String sandbox = house.sandboxOf(id);
        house.machine.destructionFails = new RuntimeUnavailableException("no");
        house.ask(house.sessions().teardown("ann", id, false));
        house.advance(Duration.ofMinutes(3));
        house.restart();
        assertThat(house.get(id).owed()).containsExactly(sandbox);
        house.machine.destructionFails = null;
        house.advance(Duration.ofMinutes(3));
        assertThat(house.get(id).owed()).isEmpty();
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void w3InterruptDuringThePreloadEndsTheWaitingCallOnly() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        Ask<ToolEvent> waiting = house.bash(id, "x");
        house.ask(house.sessions().interrupt("ann", id));
        assertThat(House.result(waiting).error()).isEqualTo("Interrupted");
        house.advance(Duration.ofSeconds(6));
        assertThat(House.result(house.bash(id, "y")).success()).isTrue();
        assertThat(house.machine.started).hasSize(1);
    }

    @Test
    void w4CallAfterATeardownGetsANewSandboxThatSaysSo() {
        String id = house.open();
        house.ask(house.sessions().teardown("ann", id, false));
        assertThat(House.result(house.bash(id, "x")).output()).isEqualTo(Words.RESET + "\nx");
        assertThat(House.result(house.bash(id, "y")).output()).isEqualTo("y");
    }

    @Test
    void w5WhatACutCreationStillProducesIsDestroyed() {
        house.machine.creationTakes = Duration.ofSeconds(14);
        String id = house.open();
        house.ask(house.sessions().teardown("ann", id, false));
        house.advance(Duration.ofMinutes(1));
        assertThat(house.machine.started).hasSize(1);
        assertThat(house.boxes()).isEmpty();
        assertThat(house.get(id).owed()).isEmpty();
    }

    @Test
    void w6FailedStartLeavesNothing() {
        house.machine.hiddenFor = 1;
        String id = house.open();
        assertThat(house.boxes()).hasSize(1);
        house.machine.sightingFails = new RuntimeUnavailableException("build error");
        house.advance(Duration.ofSeconds(3));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.FAILED);
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void w7NewSandboxDoesntOverwriteAnOwedOne() {
        String id = house.open();
        String first = house.sandboxOf(id);
        house.machine.destructionFails = new RuntimeUnavailableException("no");
        house.ask(house.sessions().teardown("ann", id, false));
        house.bash(id, "x");
        String second = house.sandboxOf(id);
        house.ask(house.sessions().teardown("ann", id, false));
        house.bash(id, "x");
        assertThat(house.get(id).owed()).containsExactlyInAnyOrder(first, second);
        house.machine.destructionFails = null;
        house.advance(Duration.ofMinutes(3));
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
    }

    @Test
    void w8EndOfOneSessionThatHangsHoldsUpNoOther() {
        String stuck = house.open();
        house.machine.destructionFails = new RuntimeUnavailableException("no");
        house.ask(house.sessions().end("ann", stuck));
        String other = house.open();
        assertThat(House.result(house.bash(other, "x")).success()).isTrue();
        house.machine.destructionFails = null;
        house.advance(Duration.ofMinutes(3));
        assertThat(house.get(stuck).endedAt()).isNotNull();
        assertThat(house.sessions().active()).isEqualTo(1);
    }

    @Test
    void w10RestoreTakesAPlaceAndReadingStartsNothing() {
        house.close();
        SessionSettings usual = SessionSettings.DEFAULT;
        SessionSettings few = new SessionSettings(
                10,
                1,
                usual.idleTimeout(),
                usual.longest(),
                usual.lease(),
                1,
                usual.waits(),
                usual.creations(),
                usual.keep());
        try (House small = House.running(few)) {
            String evicted = small.open();
            small.advance(IDLE.plusSeconds(2));
            String active = small.open();
            small.get(evicted);
            small.ask(small.sessions().list("ann", new SessionQuery(Set.of(), java.util.Map.of(), null, null, 9)));
            small.ask(small.sessions().approvals("ann", evicted));
            small.ask(small.sessions().teardown("ann", evicted, false));
            assertThat(small.boxes()).containsExactly(small.sandboxOf(active));
            assertThat(small.bash(evicted, "x").error()).isInstanceOf(SessionException.LimitReached.class);
            small.ask(small.sessions().end("ann", evicted));
            assertThat(small.machine.started).hasSize(2);
            assertThat(small.sessions().active()).isEqualTo(1);
        }
    }

    @Test
    void w12EndedSessionsKeepNoPlaceAndAreForgotten() {
        String id = house.open();
        house.ask(house.sessions().end("ann", id));
        assertThat(house.sessions().active()).isZero();
        house.time.advanceTimeBy(SessionSettings.DEFAULT.keep().ended().plusMinutes(1));
        house.advance(Duration.ofSeconds(3));
        assertThat(house.sessions().entries().all()).isEmpty();
    }

    @Test
    void w13StrangersAreLeftAlone() {
        house.run()
                .sandboxes()
                .create(new dev.sandbar.sandbox.SandboxRequest(
                        "ann", "base", Duration.ofHours(10), java.util.Map.of(), java.util.Map.of()))
                .subscribe();
        house.advance(Duration.ofSeconds(1));
        Set<String> own = house.boxes();
        String id = house.open();
        house.ask(house.sessions().end("ann", id));
        house.advance(Duration.ofHours(1));
        assertThat(house.boxes()).isEqualTo(own);
    }

    @Test
    void w14InterruptWhileAnApprovalIsPendingLeavesItPending() {
        String id = house.open();
        String approval = asked(id, "big");
        house.ask(house.sessions().interrupt("ann", id));
        Approval approved =
                house.decide(id, approval, Approval.Decision.APPROVE).value();
        assertThat(House.outcome(approved).error()).isNull();
        assertThat(House.result(house.bash(id, "x")).success()).isTrue();
    }

    @Test
    void w16ThousandWaitingCallsTakeNoThread() {
        house.machine.creationTakes = Duration.ofSeconds(10);
        String id = house.open();
        List<Ask<ToolEvent>> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) calls.add(house.bash(id, "x"));
        house.advance(Duration.ofSeconds(12));
        assertThat(calls).allMatch(call -> House.result(call).success());
    }

    @Test
    void w19OldSandboxStaysUntilTheNewOneIsThereAndAnyHardwareLeadsToAnyOther() {
        String id = house.open();
        for (String hardware : List.of("big", "bigger", "cpu-upgrade")) {
            String before = house.sandboxOf(id);
            house.machine.box(before).agent.home = "kept";
            String approval = asked(id, hardware);
            house.machine.creationTakes = Duration.ofSeconds(5);
            Ask<Approval> decision = house.decide(id, approval, Approval.Decision.APPROVE);
            assertThat(house.boxes()).contains(before);
            house.advance(Duration.ofSeconds(6));
            assertThat(House.outcome(decision.value()).carried()).contains("carried over");
            assertThat(house.machine.box(house.sandboxOf(id)).agent.home).isEqualTo("kept");
        }
        assertThat(house.boxes()).hasSize(1);
    }

    @Test
    void w20TenSessionsOfOneOwnerQueueWithinTheDeadlineOfACall() {
        house.machine.creationTakes = Duration.ofSeconds(20);
        house.creationLimit = Duration.ofSeconds(60);
        house.restart();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) ids.add(house.open());
        Ask<ToolEvent> last = house.bash(ids.get(9), "x");
        house.advance(Duration.ofSeconds(61));
        assertThat(House.result(last).error()).contains("waited for 60 s");
        house.ask(house.sessions().teardown("ann", ids.get(9), false));
        house.advance(Duration.ofSeconds(1));
        assertThat(house.get(ids.get(9)).owed()).isEmpty();
    }

    @Test
    void w21PendingApprovalAndPresencePinNoSession() {
        String id = house.open();
        asked(id, "big");
        house.ask(house.sessions().presence("ann", id));
        house.advance(SessionSettings.DEFAULT.waits().approval().plus(IDLE));
        assertThat(house.get(id).state()).isEqualTo(SessionState.IDLE);
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void w22WhatWasAnsweredOutlivesAKill() {
        String id = house.open();
        house.budget(id, true, 5);
        house.provision(id, "big");
        String approval = asked(id, "huge");
        Session before = house.get(id);
        house.restart();
        assertThat(house.get(id)).isEqualTo(before);
        assertThat(house.approval(id, approval).pending()).isTrue();
    }

    @Test
    void w25TeardownWhileAToolRunsIsRecordedAsItIs() {
        String id = house.open();
        house.bash(id, "hang");
        house.ask(house.sessions().teardown("ann", id, false));
        assertThat(house.get(id).state()).isEqualTo(SessionState.ACTIVE);
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
    }

    @Test
    void w28NameOfAnOwnerOpensNothing() {
        String id = house.open();
        for (String owner : List.of("dev", "unknown", "", "ANN")) {
            assertThat(house.ask(house.sessions().get(owner, id)).error())
                    .isInstanceOf(SessionException.NotFound.class);
        }
    }

    @Test
    void w29NothingIsLeftOfSessionsThatAreForgotten() {
        for (int i = 0; i < 20; i++) {
            String id = house.ask(house.sessions().open(House.request("k" + i)))
                    .value()
                    .session()
                    .id();
            house.bash(id, "x");
            house.ask(house.sessions().end("ann", id));
        }
        house.time.advanceTimeBy(SessionSettings.DEFAULT.keep().ended().plusMinutes(1));
        house.advance(Duration.ofSeconds(5));
        assertThat(house.sessions().entries().all()).isEmpty();
        assertThat(house.sessions().entries().sandboxes()).isZero();
        assertThat(house.sessions().entries().keys()).isZero();
        assertThat(house.run().turns().keys()).isZero();
    }

    @Test
    void w30RestartKeepsTheSandboxAndItsFiles() {
        String id = house.open();
        String sandbox = house.sandboxOf(id);
        house.machine.box(sandbox).agent.home = "mine";
        house.restart();
        assertThat(house.sandboxOf(id)).isEqualTo(sandbox);
        assertThat(House.result(house.bash(id, "x")).output()).isEqualTo("x");
        assertThat(house.machine.box(sandbox).agent.home).isEqualTo("mine");
        assertThat(house.machine.started).hasSize(1);
    }

    @Test
    void w31ResetNoteOutlivesARestart() {
        String id = house.open();
        house.ask(house.sessions().teardown("ann", id, false));
        house.restart();
        assertThat(House.result(house.bash(id, "x")).output()).startsWith(Words.RESET);
    }
}
