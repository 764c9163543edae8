/**
 * Measures the service against what it stands on: the bare launch, the agent alone, plain Reactor Netty.
 *
 * <p>The clients here are blocking sockets, so that they cost as little as they can on the machine that is measured.
 * What is compared is taken in turns, in one run.
 */
@NullMarked
package dev.sandbar.bench;

import org.jspecify.annotations.NullMarked;
