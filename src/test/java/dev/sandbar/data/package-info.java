@NullMarked
package dev.sandbar.data;

import org.jspecify.annotations.NullMarked;
