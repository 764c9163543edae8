/**
 * Our own routes of commands, below {@code /sandboxes/{id}/commands}: start, describe, list, follow, feed, end.
 *
 * <p>Thin: each handler reads the request, calls {@code command}, and answers. Who asks was found out by the API key.
 */
@NullMarked
package dev.sandbar.web.commands;

import org.jspecify.annotations.NullMarked;
