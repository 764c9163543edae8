@NullMarked
package dev.sandbar.store;

import org.jspecify.annotations.NullMarked;
