/**
 * Processes as things that belong to a sandbox: recorded, started once, followed by any number of readers, ended exactly
 * once, and taken up again after a restart.
 *
 * <p>Knows {@code runtime} (the agent), {@code store} (records and journals) and {@code async} (who owns the pumps); neither
 * owners, nor HTTP, nor why a sandbox ends. Invariants: nothing runs without a record; a reader that leaves ends a command
 * only where its client wanted that; memory and disk for each command and for all are bounded; while a reader takes bytes
 * none are lost to it, and what is lost is said; the agent keeps what isn't on disk, and an exit that isn't recorded; the end
 * is announced once, and only when it is recorded.
 */
@NullMarked
package dev.sandbar.command;

import org.jspecify.annotations.NullMarked;
