package dev.sandbar.session.tool;

import org.jspecify.annotations.Nullable;

/**
 * How a call of a tool ended.
 *
 * @param success whether it did what it was asked for; of a command whether it exited with 0
 * @param output what the AI is to see, at most about 25,000 characters of a command, 400,000 of a file
 * @param error what went wrong and what to do; null when nothing did
 * @param exitCode of a command that exited by itself
 * @param cause of a command's end, by {@link dev.sandbar.command.Cause}'s names
 * @param truncated whether there is more than {@code output} shows
 * @param outputFile absolute path, in the sandbox, of a file that holds a command's raw output
 */
public record ToolResult(
        boolean success,
        String output,
        @Nullable String error,
        @Nullable Integer exitCode,
        @Nullable String cause,
        boolean truncated,
        @Nullable String outputFile) {

    private static final String NOTHING = "(no output)";

    static ToolResult done(String output) {
        return new ToolResult(true, output, null, null, null, false, null);
    }

    /** What failed before anything was done. */
    public static ToolResult failed(String error) {
        return new ToolResult(false, "", error, null, null, false, null);
    }

    /** All of it as one text for an AI. */
    public String shown() {
        if (error == null) return output.isEmpty() ? NOTHING : output;
        return output.isEmpty() ? "ERROR: " + error : output + "\n\nERROR: " + error;
    }
}
