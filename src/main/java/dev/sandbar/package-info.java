/** Sandbar: sandboxes for AI agents, over E2B's API. */
@NullMarked
package dev.sandbar;

import org.jspecify.annotations.NullMarked;
