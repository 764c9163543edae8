/**
 * Connections of a server that is ours alone: what RFC 9112 asks of them and Reactor Netty doesn't do, how long they may
 * stand still, and how many there may be.
 *
 * <p>Each handler belongs to one connection and works on its event loop; {@link dev.sandbar.web.wire.ServerRules} puts
 * them in order. An embedder's server has none of this.
 */
@NullMarked
package dev.sandbar.web.wire;

import org.jspecify.annotations.NullMarked;
