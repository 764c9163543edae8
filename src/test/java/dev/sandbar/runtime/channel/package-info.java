/** Tests of the agent's channel, against forged agents and against the real one. */
@NullMarked
package dev.sandbar.runtime.channel;

import org.jspecify.annotations.NullMarked;
