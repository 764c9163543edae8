/**
 * The data plane: what E2B's SDKs say to a running sandbox, through its agent.
 *
 * <p>Knows {@code sandbox}, {@code command}, {@code token}, {@code runtime}'s agent, {@code web.http} and {@code
 * web.connect}. The sandbox is chosen by headers or host before the path; a dead one answers every path with 502; paths
 * are resolved here as text only, links inside the sandbox; bodies are streamed in both directions.
 */
@NullMarked
package dev.sandbar.web.data;

import org.jspecify.annotations.NullMarked;
