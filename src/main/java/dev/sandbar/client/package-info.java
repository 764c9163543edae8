/**
 * A reactive client of Sandbar, and of any other server that speaks E2B's API: sandboxes, commands, files and events, with
 * access tokens that are cached and fetched once for all who lack them.
 *
 * <p>Knows the wire and {@code async}, and nothing else of the service. Invariants: nothing blocks an event loop; files are
 * touched on schedulers of this package's own; no token is in an error, a log line or a {@code toString}.
 */
@NullMarked
package dev.sandbar.client;

import org.jspecify.annotations.NullMarked;
