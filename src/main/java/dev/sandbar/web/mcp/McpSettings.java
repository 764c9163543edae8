package dev.sandbar.web.mcp;

import java.time.Duration;
import java.util.List;

/**
 * Settings of MCP.
 *
 * @param progress how long a call that was asked for its progress may be silent; then it says that it goes on
 * @param calls of one session that may run at once
 * @param origins of pages that may call, such as {@code https://app.example.org}, beside those of this host
 */
public record McpSettings(Duration progress, int calls, List<String> origins) {

    public static final McpSettings DEFAULT = new McpSettings(Duration.ofSeconds(5), 64, List.of());

    public McpSettings {
        origins = List.copyOf(origins);
        if (calls < 1) throw new IllegalArgumentException("sandbar.mcp.calls must be at least 1");
        if (progress.toMillis() < 1) throw new IllegalArgumentException("sandbar.mcp.progress must be above zero");
    }
}
