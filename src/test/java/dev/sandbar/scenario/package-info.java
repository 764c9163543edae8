/**
 * What sessions promise, over real HTTP, with real sandboxes, against the packaged service in a process of its own: what
 * happens at once, half-way, and when the service is killed meanwhile. What needs the npm MCP client lies in {@code
 * src/test/e2e/scenario}.
 */
@NullMarked
package dev.sandbar.scenario;

import org.jspecify.annotations.NullMarked;
