@NullMarked
package dev.sandbar.store.memory;

import org.jspecify.annotations.NullMarked;
