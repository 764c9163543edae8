package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.Faults.Kind;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What only memory knows must not decide after a restart: what was read, and who is there. */
class SeenTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private String seen(String id) {
        return House.result(house.bash(id, "seen")).output();
    }

    @Test
    void whatWasReadIsKnownAfterARestartAndOfItsSandboxOnly() {
        String id = house.open();
        house.bash(id, "see one");
        house.bash(id, "see two");
        house.restart();
        assertThat(seen(id)).isEqualTo("two");
        house.bash(id, "see three");
        house.restart();
        assertThat(seen(id)).isEqualTo("three");
        house.ask(house.run().sandboxes().kill("ann", house.sandboxOf(id)));
        assertThat(seen(id)).endsWith("null");
        house.restart();
        assertThat(seen(id)).isEqualTo("null");
    }

    @Test
    void whatTheStoreRefusesIsRecordedWithTheNextEnd() {
        String id = house.open();
        house.faults().arm(Kind.REFUSE, 0, step -> step.contains("session-files"));
        house.bash(id, "see one");
        assertThat(house.faults().hit()).isTrue();
        house.faults().heal();
        house.bash(id, "x");
        house.restart();
        assertThat(seen(id)).isEqualTo("one");
    }

    @Test
    void nothingIsLeftOfWhatAForgottenSessionHasRead() {
        String id = house.open();
        house.bash(id, "see one");
        assertThat(house.store.list(SeenRecord.KIND).collectList().block()).hasSize(1);
        house.ask(house.sessions().end("ann", id));
        house.advance(SessionSettings.DEFAULT.keep().ended().plusMinutes(1));
        assertThat(house.store.list(SeenRecord.KIND).collectList().block()).isEmpty();
    }

    @Test
    void whoIsThereHasTheGraceOfTheWishToComeBackAfterARestart() {
        String id = house.open();
        house.ask(house.sessions().teardown("ann", id, true));
        house.advance(Duration.ofSeconds(25));
        house.restart();
        house.advance(Duration.ofSeconds(10));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        house.ask(house.sessions().presence("ann", id));
        house.advance(Duration.ofMinutes(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
    }

    /** The record of its last use is as old as the call that ran when the service was killed. */
    @Test
    void aLongCallThatAKillHasCutLeavesItsSessionTheWholeIdleTime() {
        String id = house.open();
        house.bash(id, "hang");
        house.advance(Duration.ofMinutes(20));
        house.restart();
        house.advance(SessionSettings.DEFAULT.idleTimeout().minusSeconds(10));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        house.advance(Duration.ofSeconds(20));
        assertThat(house.get(id).state()).isEqualTo(SessionState.IDLE);
    }
}
