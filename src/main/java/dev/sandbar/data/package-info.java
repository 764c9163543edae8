/**
 * The data directory of one instance: its lock, its id and its secrets.
 *
 * <p>Knows nothing of ours, is opened once at start, and blocks: never call it on an event loop. Only the owner can read
 * what is in it, whatever it held before.
 */
@NullMarked
package dev.sandbar.data;

import org.jspecify.annotations.NullMarked;
