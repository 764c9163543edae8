@NullMarked
package dev.sandbar.sandbox;

import org.jspecify.annotations.NullMarked;
