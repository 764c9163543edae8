package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A teardown while a sandbox is being made: it wins, and whoever waits is told so. */
class TeardownTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private void tearDown(String id) {
        assertThat(house.ask(house.sessions().teardown("ann", id, false)).done())
                .isTrue();
        house.advance(Duration.ofMinutes(2));
    }

    private void nothingIsMade(String id, int made) {
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        assertThat(house.boxes()).isEmpty();
        assertThat(house.machine.started).hasSize(made);
        assertThat(house.get(id).owed()).isEmpty();
        assertThat(house.get(id).autoApproval().remainingMicros())
                .isGreaterThan(house.get(id).autoApproval().capMicros() - 100_000);
    }

    /** Seconds after the replacement's begin: in its turn, in the creation, and right before the end of that. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void whoAskedForAReplacementIsToldThatThereIsNone(int seconds) {
        String id = house.open();
        house.budget(id, true, 5);
        house.machine.creationTakes = Duration.ofSeconds(5);
        Ask<Provision> asked = house.provision(id, "big");
        house.advance(Duration.ofSeconds(seconds));
        tearDown(id);
        assertThat(asked.error())
                .isInstanceOf(SessionException.NoSandbox.class)
                .hasMessageContaining("\"big\": the sandbox was torn down meanwhile (client)")
                .hasMessageNotContaining("still there");
        nothingIsMade(id, 2);
        assertThat(House.outcome(house.get(id).approvals().get(0)).error()).contains("torn down meanwhile (client)");
    }

    @Test
    void whoApprovedAReplacementIsToldThatThereIsNone() {
        String id = house.open();
        house.provision(id, "big");
        house.machine.creationTakes = Duration.ofSeconds(5);
        String approval = house.get(id).approvals().get(0).id();
        Ask<Approval> decision = house.decide(id, approval, Approval.Decision.APPROVE);
        house.advance(Duration.ofSeconds(1));
        tearDown(id);
        assertThat(House.outcome(decision.value()).sandboxId()).isNull();
        assertThat(House.outcome(decision.value()).error()).contains("torn down meanwhile (client)");
        nothingIsMade(id, 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aToolThatWaitsIsToldAndTheNextCallGetsAnother(boolean replacing) {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        if (replacing) {
            house.advance(Duration.ofSeconds(6));
            house.budget(id, true, 5);
            house.provision(id, "big");
        }
        Ask<ToolEvent> call = house.bash(id, "x");
        house.advance(Duration.ofSeconds(1));
        tearDown(id);
        assertThat(House.result(call).cause()).isEqualTo("no-sandbox");
        assertThat(House.result(call).error()).contains("torn down while this call waited");
        nothingIsMade(id, replacing ? 2 : 1);
        Ask<ToolEvent> next = house.bash(id, "x");
        house.advance(Duration.ofSeconds(6));
        assertThat(House.result(next).success()).isTrue();
    }

    @Test
    void whoAsksForTheDefaultWhereThereIsNoneGetsItButNotAfterATeardown() {
        String id = house.open();
        tearDown(id);
        assertThat(house.provision(id, "cpu-basic").value()).isInstanceOf(Provision.Ready.class);
        tearDown(id);
        house.machine.creationTakes = Duration.ofSeconds(5);
        Ask<Provision> asked = house.provision(id, "cpu-basic");
        house.advance(Duration.ofSeconds(1));
        tearDown(id);
        assertThat(asked.error()).hasMessageContaining("torn down while this call waited");
        nothingIsMade(id, 3);
    }

    @Test
    void aReplacementWhoseSandboxIsKilledMeanwhileSaysWhatThereIs() {
        String id = house.open();
        house.budget(id, true, 5);
        house.machine.creationTakes = Duration.ofSeconds(5);
        Ask<Provision> asked = house.provision(id, "big");
        house.ask(house.run().sandboxes().kill("ann", house.sandboxOf(id)));
        house.advance(Duration.ofSeconds(60));
        assertThat(asked.error()).hasMessageContaining("There is none now").hasMessageNotContaining("still there");
    }
}
