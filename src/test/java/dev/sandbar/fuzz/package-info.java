/** Damaged requests to every route of a running service, and what may not come of them. */
@NullMarked
package dev.sandbar.fuzz;

import org.jspecify.annotations.NullMarked;
