package dev.sandbar.autoconfigure;

import dev.sandbar.web.mcp.McpSettings;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Model Context Protocol of sessions.
 *
 * @param idle after which an MCP session without a call ends
 * @param mostPerSession how many MCP sessions there may be of one session; beyond that the longest unused one ends
 * @param most how many in all
 * @param origins of pages that may call, beside those of this host
 */
public record McpProperties(
        @DefaultValue("30m") Duration idle,
        @DefaultValue("32") int mostPerSession,
        @DefaultValue("20000") int most,
        @DefaultValue List<String> origins) {

    McpSettings settings() {
        return new McpSettings(idle, mostPerSession, most, origins);
    }
}
