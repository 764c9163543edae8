/**
 * The SPI of runtimes: how a sandbox is started and ended, and the channel to the agent inside it.
 *
 * <p>Knows {@code async} only. A runtime starts something that holds an agent and hands over the {@link
 * dev.sandbar.runtime.Agent}, and takes it up again in a later run of the service; it knows neither owners nor
 * deadlines' reasons nor HTTP. What an agent says is untrusted input: it may harm its own sandbox only.
 */
@NullMarked
package dev.sandbar.runtime;

import org.jspecify.annotations.NullMarked;
