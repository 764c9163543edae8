/**
 * The wiring, for the stand-alone server and for other WebFlux applications alike.
 *
 * <p>Knows everybody, is known by nobody but {@code server}. Each bean steps back for one of the embedder's; nothing
 * here scans, hooks or changes what belongs to the whole process.
 */
@NullMarked
package dev.sandbar.autoconfigure;

import org.jspecify.annotations.NullMarked;
