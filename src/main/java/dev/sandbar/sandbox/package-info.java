/**
 * Sandboxes: identity, states, deadlines, and who owns what.
 *
 * <p>Knows {@code runtime} and {@code async}. A sandbox's record exists before its first process, and goes only after
 * its end was verified. Each change of state is one atomic step on one entry; whoever loses a race is told so.
 */
@NullMarked
package dev.sandbar.sandbox;

import org.jspecify.annotations.NullMarked;
