package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The tool by which a model asks for hardware. */
class CreateToolTests {

    private final House house = House.running();
    private final String id = house.open();

    @AfterEach
    void close() {
        house.close();
    }

    private Ask<ToolEvent> create(String arguments) {
        return house.ask(house.sessions().tool("ann", id, CreateTool.NAME, House.json(arguments)));
    }

    private ToolDescription description() {
        List<ToolDescription> all = house.ask(house.sessions().tools("ann", id)).value();
        return all.stream()
                .filter(tool -> tool.name().equals(CreateTool.NAME))
                .findAny()
                .orElseThrow();
    }

    @Test
    void whatThereIsIsDescribedWithItsPrice() {
        assertThat(description().description())
                .contains("A sandbox of hardware \"cpu-basic\" is already there")
                .contains("cpu-basic (1 CPUs, 128 MiB memory, 0 USD an hour)")
                .contains("cpu-upgrade (4 CPUs, 128 MiB memory, 0.05 USD an hour)")
                .doesNotContain("gpu (");
        JsonNode size =
                House.json(description().inputSchema()).path("properties").path("hardware");
        assertThat(size.path("enum").values().stream().map(JsonNode::asString))
                .contains("cpu-basic", "huge")
                .doesNotContain("gpu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"big\"", "{\"hardware\":5}", "{\"hardware\":[\"big\"]}"})
    void argumentsThatMeanNothingAreRefused(String arguments) {
        assertThat(create(arguments).error()).isInstanceOf(SessionException.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"hardware\":null}", "{\"hardware\":\"cpu-basic\"}"})
    void theDefaultIsThereAlready(String arguments) {
        ToolResult result = House.result(create(arguments));
        assertThat(result.success()).isTrue();
        assertThat(result.output())
                .isEqualTo("Already active: sandbox " + house.sandboxOf(id) + ", hardware \"cpu-basic\"");
    }

    @Test
    void otherHardwareWaitsForAPerson() {
        ToolResult result = House.result(create("{\"hardware\":\"big\"}"));
        assertThat(result.success()).isFalse();
        assertThat(result.cause()).isEqualTo("approval-pending");
        assertThat(result.error()).contains("Hardware \"big\" has to be approved by a person");
        assertThat(House.result(create("{\"hardware\":\"other\"}")).cause()).isEqualTo("unknown-hardware");
    }

    @Test
    void whatIsPaidForIsMadeAndTold() {
        house.budget(id, true, 100);
        String before = house.sandboxOf(id);
        ToolResult result = House.result(create("{\"hardware\":\"big\"}"));
        assertThat(result.success()).isTrue();
        assertThat(result.output())
                .startsWith("Created: sandbox " + house.sandboxOf(id) + ", hardware \"big\"\n")
                .doesNotContain(before);
    }
}
