/**
 * The runnable jar in a process of its own, driven from outside. Knows nothing of the service but its command line, its
 * settings and the wire; the suite itself lies in {@code src/test/e2e}.
 */
@NullMarked
package dev.sandbar.e2e;

import org.jspecify.annotations.NullMarked;
