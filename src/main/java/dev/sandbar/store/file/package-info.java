/**
 * Journals as files, one directory for each scope. A journal is a few segments, {@code NAME.FIRST-NUMBER}, of which the
 * oldest goes when it has grown beyond its bound. An entry is its length, a check sum over number and content, and the
 * content; a file ends where the first entry isn't whole.
 */
@NullMarked
package dev.sandbar.store.file;

import org.jspecify.annotations.NullMarked;
