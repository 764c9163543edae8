/**
 * The stand-alone service: a main class over the auto-configuration, what it prints when it is ready, and the one
 * sentence it prints when it can't start.
 */
@NullMarked
package dev.sandbar.server;

import org.jspecify.annotations.NullMarked;
