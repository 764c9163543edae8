package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is killed, stopped and started again behind an MCP client that knows nothing of it. */
class McpRestartIT {

    @Test
    void clientGoesOnWithItsIdAndItsCallUnderWayGetsAnAnswer(@TempDir Path directory) {
        try (House house = new House(directory, Map.of());
                McpProcess mcp = new McpProcess("through-restarts.mjs", House.KEY)) {
            String id = house.api().open(Map.of());
            mcp.goTo(house.api().address(), id);
            assertThat(mcp.next()).isEqualTo("written");
            house.kill();
            house.open();
            mcp.goTo(house.api().address(), id);
            assertThat(mcp.next()).isEqualTo("mine");
            assertThat(mcp.next()).isEqualTo("begun");
            Instant asked = Instant.now();
            house.stop();
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(15));
            assertThat(mcp.next())
                    .startsWith("service-stop: The service stops, so that the command's end is not seen here."
                            + " It goes on in the sandbox, as process ");
            house.open();
            mcp.goTo(house.api().address(), id);
            assertThat(mcp.next()).isEqualTo("goes on");
            assertThat(house.api().end(id))
                    .filteredOn(event -> event.type().equals("tool.end"))
                    .hasSize(4);
        }
    }
}
