package dev.sandbar.autoconfigure;

import dev.sandbar.web.mcp.McpSettings;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Model Context Protocol of sessions.
 *
 * @param progress how long a call that was asked for its progress may be silent; then it says that it goes on
 * @param calls of one session that may run at once
 * @param origins of pages that may call, beside those of this host
 */
public record McpProperties(
        @DefaultValue("5s") Duration progress,
        @DefaultValue("64") int calls,
        @DefaultValue List<String> origins) {

    McpSettings settings() {
        return new McpSettings(progress, calls, origins);
    }
}
