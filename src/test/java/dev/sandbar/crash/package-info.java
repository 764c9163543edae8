/** A service that is killed at random moments, again and again, and held to everything that it has acknowledged. */
@NullMarked
package dev.sandbar.crash;

import org.jspecify.annotations.NullMarked;
