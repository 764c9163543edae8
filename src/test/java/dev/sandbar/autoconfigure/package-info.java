@NullMarked
package dev.sandbar.autoconfigure;

import org.jspecify.annotations.NullMarked;
