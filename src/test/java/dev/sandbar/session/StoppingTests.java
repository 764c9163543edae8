package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that are under way when the service stops. */
class StoppingTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private Ask<Void> stop() {
        return house.ask(house.sessions().stopCalls());
    }

    private void pass(int millis) {
        house.time.advanceTimeBy(Duration.ofMillis(millis));
    }

    @Test
    void withoutCallsItTakesNoTime() {
        house.open();
        assertThat(stop().done()).isTrue();
    }

    @Test
    void whatWaitsForItsSandboxIsToldAtOnceToCallAgain() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        Ask<ToolEvent> call = house.bash(house.open(), "x");
        Ask<Void> stopped = stop();
        assertThat(House.result(call).error()).contains("was not begun: call again");
        assertThat(stopped.done()).isTrue();
    }

    @Test
    void whatRunsMayEndByItselfForAWhile() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "until");
        Ask<Void> stopped = stop();
        pass(699);
        assertThat(stopped.done()).isFalse();
        house.tools().until.tryEmitEmpty();
        pass(0);
        assertThat(House.result(call).success()).isTrue();
        assertThat(stopped.done()).isTrue();
    }

    @Test
    void whatGoesOnIsCutAndTold() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hang");
        Ask<Void> stopped = stop();
        assertThat(call.done()).isFalse();
        pass(700);
        assertThat(House.result(call).error()).contains("look what it has done");
        assertThat(House.result(call).output()).isEqualTo("hang");
        assertThat(stopped.done()).isTrue();
    }

    @Test
    void aStoreThatDoesntAnswerHoldsNothingUp() {
        String id = house.open();
        house.bash(id, "hang");
        house.faults().die();
        Ask<Void> stopped = stop();
        pass(999);
        assertThat(stopped.done()).isFalse();
        pass(1);
        assertThat(stopped.done()).isTrue();
    }
}
