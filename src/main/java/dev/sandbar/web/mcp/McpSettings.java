package dev.sandbar.web.mcp;

import java.time.Duration;
import java.util.List;

/**
 * Settings of MCP.
 *
 * @param idle after which an MCP session without a call ends
 * @param mostPerSession how many MCP sessions there may be of one session; beyond that the longest unused one ends
 * @param most how many in all
 * @param origins of pages that may call, such as {@code https://app.example.org}, beside those of this host
 */
public record McpSettings(Duration idle, int mostPerSession, int most, List<String> origins) {

    public static final McpSettings DEFAULT = new McpSettings(Duration.ofMinutes(30), 32, 20_000, List.of());

    public McpSettings {
        origins = List.copyOf(origins);
        if (mostPerSession < 1 || most < 1) {
            throw new IllegalArgumentException("sandbar.mcp: at least 1 MCP session must be allowed");
        }
        if (idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("sandbar.mcp.idle must be above zero");
        }
    }
}
