/**
 * The service's side of the agent's protocol, over Reactor Netty on a Unix socket: one connection for each conversation
 * and one kept open for each sandbox, which tells when the agent is gone.
 *
 * <p>Knows {@code runtime} and {@code async}. Invariants: what the agent says is untrusted, and closes the connection at
 * the first byte that is malformed, unexpected or late; nothing is read that was not requested; no buffer is handed on,
 * bytes are copied out once; a connection ends with its subscription; a process is forgotten only when its exit was
 * acknowledged.
 */
@NullMarked
package dev.sandbar.runtime.channel;

import org.jspecify.annotations.NullMarked;
