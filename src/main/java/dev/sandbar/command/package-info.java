/**
 * Processes as things that belong to a sandbox: started once, followed by any number of readers, ended exactly once.
 *
 * <p>Knows {@code runtime} (the agent) and {@code async} (who owns the pumps); neither owners, nor HTTP, nor why a
 * sandbox ends. Invariants: a reader that leaves never ends a command; memory for each command is bounded; while a
 * reader takes bytes none are lost to it; the end is announced once, and only when the agent has reported it; a sandbox
 * that ends fails its readers instead of ending their streams.
 */
@NullMarked
package dev.sandbar.command;

import org.jspecify.annotations.NullMarked;
