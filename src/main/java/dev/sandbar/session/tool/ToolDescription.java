package dev.sandbar.session.tool;

/**
 * A tool, as an AI is told of it.
 *
 * @param inputSchema JSON schema of its arguments
 */
public record ToolDescription(String name, String description, String inputSchema) {}
