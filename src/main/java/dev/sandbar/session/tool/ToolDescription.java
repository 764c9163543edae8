package dev.sandbar.session.tool;

/**
 * A tool, as an AI is told of it.
 *
 * @param title its name for people
 * @param inputSchema JSON schema of its arguments
 */
public record ToolDescription(String name, String title, String description, String inputSchema, Effects effects) {

    /** What a call may change in the sandbox. */
    public enum Effects {
        NONE,
        /** The same call again changes nothing more. */
        ONCE,
        EACH_TIME
    }
}
