/** Thousands of sandboxes made, used, left and ended; and the count of what is left of them. */
@NullMarked
package dev.sandbar.soak;

import org.jspecify.annotations.NullMarked;
