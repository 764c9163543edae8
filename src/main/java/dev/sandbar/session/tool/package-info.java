/**
 * The tools that an AI works with in its sandbox: {@code bash}, {@code read}, {@code write} and {@code edit}.
 *
 * <p>Knows {@code command} (bash runs as a command of the sandbox), {@code runtime} (files go through the agent) and {@code
 * async}; nothing of sessions, HTTP or MCP. Invariants: arguments are refused before the sandbox is touched; every call
 * ends with exactly one {@link dev.sandbar.session.tool.ToolEvent.End}, an error, or its caller's cancel, which ends what
 * runs; nothing is sent twice; no file is changed that isn't what its session has read; what the service holds for a call
 * is bounded.
 */
@NullMarked
package dev.sandbar.session.tool;

import org.jspecify.annotations.NullMarked;
