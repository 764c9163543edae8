/**
 * The Model Context Protocol over streamable HTTP, for the tools of one session: {@code POST /sessions/{id}/mcp}.
 *
 * <p>Knows {@code session} and {@code web.http}, {@code web.sse}. What the service itself would begin to say (GET) is not
 * offered; batches are refused. The id of an MCP session is signed for one owner and one path, and kept nowhere.
 */
@NullMarked
package dev.sandbar.web.mcp;

import org.jspecify.annotations.NullMarked;
