/** A store that forgets everything with its process: for tests, for embedders that want no file, and as the reference. */
@NullMarked
package dev.sandbar.store.memory;

import org.jspecify.annotations.NullMarked;
