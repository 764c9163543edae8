/**
 * The Model Context Protocol over streamable HTTP, for the tools of one session: {@code POST /sessions/{id}/mcp}.
 *
 * <p>Knows {@code session} and {@code web.http}, {@code web.sse}. What the service itself would begin to say (GET) is not
 * offered; batches are refused. An MCP session belongs to one owner and one path, is kept in memory only, and ends when
 * nobody used it for a while.
 */
@NullMarked
package dev.sandbar.web.mcp;

import org.jspecify.annotations.NullMarked;
