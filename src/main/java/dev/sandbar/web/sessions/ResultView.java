package dev.sandbar.web.sessions;

import dev.sandbar.session.tool.ToolResult;
import org.jspecify.annotations.Nullable;

/** How a call of a tool ended, as clients see it. */
record ResultView(
        boolean success,
        String output,
        @Nullable String error,
        @Nullable Integer exitCode,
        @Nullable String cause,
        @Nullable Boolean truncated,
        @Nullable String outputFile) {

    static ResultView of(ToolResult result) {
        return new ResultView(
                result.success(),
                result.output(),
                result.error(),
                result.exitCode(),
                result.cause(),
                result.truncated() ? true : null,
                result.outputFile());
    }
}
