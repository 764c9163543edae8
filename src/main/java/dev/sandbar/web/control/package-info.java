/**
 * The control plane: E2B's REST routes for sandboxes, {@code /health} and {@code /capabilities}.
 *
 * <p>Knows {@code sandbox}, {@code token}, {@code runtime}'s capabilities and {@code web.http}. Every route but
 * {@code /health} belongs to the owner of an API key; what belongs to another owner looks missing; what E2B has and this
 * service hasn't is refused by name.
 */
@NullMarked
package dev.sandbar.web.control;

import org.jspecify.annotations.NullMarked;
