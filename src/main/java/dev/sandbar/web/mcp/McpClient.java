package dev.sandbar.web.mcp;

/**
 * An MCP session.
 *
 * @param id under which its client names it
 * @param owner whose key it comes with
 * @param session of which the tools are
 */
record McpClient(String id, String owner, String session) {}
