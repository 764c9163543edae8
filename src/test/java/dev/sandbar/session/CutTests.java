package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that end before their tool does: what was printed is kept, and the cause is named. */
class CutTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private ToolResult cut(String id, Ask<ToolEvent> call, String cause) {
        ToolResult result = House.result(call);
        assertThat(result.success()).isFalse();
        assertThat(result.cause()).isEqualTo(cause);
        assertThat(call.done()).isTrue();
        assertThat(house.tools().running).isZero();
        assertThat(house.story(id)).contains("\"text\":\"hang\"").contains("\"cause\":\"" + cause + "\"");
        return result;
    }

    @Test
    void anInterruptKeepsTheOutput() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hang");
        house.ask(house.sessions().interrupt("ann", id));
        assertThat(cut(id, call, "interrupted").shown()).isEqualTo("hang\n\nERROR: Interrupted");
    }

    @Test
    void theEndOfTheSessionKeepsTheOutput() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hang");
        house.ask(house.sessions().end("ann", id));
        assertThat(cut(id, call, "session-ended").shown()).startsWith("hang\n\nERROR: The session was ended (client)");
    }

    @Test
    void theEndOfTheBudgetKeepsTheOutput() {
        String id = house.open();
        house.budget(id, true, 1);
        house.provision(id, "big");
        Ask<ToolEvent> call = house.bash(id, "hang");
        house.advance(Duration.ofMinutes(62));
        ToolResult result = cut(id, call, "budget");
        assertThat(result.output()).endsWith("hang");
        assertThat(result.error()).contains("budget is used up");
    }

    @Test
    void aSandboxThatFallsSilentKeepsTheOutput() {
        String id = house.open();
        ToolResult result = House.result(house.bash(id, "silent"));
        assertThat(result.output()).isEqualTo("silent");
        assertThat(result.cause()).isEqualTo("sandbox-silent");
        assertThat(result.error()).contains("doesn't answer");
    }

    @Test
    void whatBreaksKeepsTheOutputAndWhereThereIsNoneTheCallIsRefused() {
        String id = house.open();
        ToolResult result = House.result(house.bash(id, "break"));
        assertThat(result.output()).isEqualTo("break");
        assertThat(result.cause()).isEqualTo("failed");
        assertThat(house.bash(id, "break at once").error()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCallThatWaitsForItsSandboxIsCutWithoutOutput() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "x");
        house.ask(house.sessions().interrupt("ann", id));
        assertThat(House.result(call).output()).isEmpty();
        assertThat(House.result(call).cause()).isEqualTo("interrupted");
    }

    @Test
    void longOutputOfACutCallIsShownAsThatOfAWholeOne() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hang");
        assertThat(call.values).hasSize(1);
        house.ask(house.sessions().interrupt("ann", id));
        assertThat(House.result(call).truncated()).isFalse();
    }

    @Test
    void noCharacterIsCutInTwoInTheEvents() {
        String id = house.open();
        house.bash(id, "x" + "\ud83d\ude00".repeat(10_000));
        assertThat(house.story(id)).doesNotContain("?\"", "\\ud83d", "\\ude00");
        assertThat(house.story(id).split("\ud83d\ude00", -1).length - 1).isGreaterThanOrEqualTo(10_000);
    }
}
