@NullMarked
package dev.sandbar.store.file;

import org.jspecify.annotations.NullMarked;
