/**
 * Server-sent events over HTTP, for whoever has frames: headers at once, heartbeats, resumption by id, an end at shutdown.
 *
 * <p>Knows {@code event}'s frames and {@code web.http}; no route. Whatever is there is written at once; nothing more is
 * taken from a source until the client has taken that.
 */
@NullMarked
package dev.sandbar.web.sse;

import org.jspecify.annotations.NullMarked;
