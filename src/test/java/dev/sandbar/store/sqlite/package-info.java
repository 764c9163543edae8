@NullMarked
package dev.sandbar.store.sqlite;

import org.jspecify.annotations.NullMarked;
