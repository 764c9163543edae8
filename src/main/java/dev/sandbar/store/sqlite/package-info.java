/**
 * A store in one SQLite file: WAL, a full sync for each group of commits, one writer, a few readers.
 *
 * <p>Three kinds of threads, all its own: one writes what is queued, group after group; a few read, each with a connection
 * of its own; answers go out on threads that do no I/O, so that nobody's slowness holds up the disk.
 */
@NullMarked
package dev.sandbar.store.sqlite;

import org.jspecify.annotations.NullMarked;
