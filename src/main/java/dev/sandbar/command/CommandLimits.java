package dev.sandbar.command;

import java.time.Duration;

/**
 * Bounds of what commands may hold.
 *
 * @param logBytes output of each command that is kept in memory, and how far it may run ahead of its slowest reader; each
 *     piece counts 64 bytes more than it has
 * @param journalBytes how much of it is kept on disk at least; so much may be written before the first reader comes
 * @param readers at a time for each command
 * @param running commands at a time in each sandbox
 * @param ended how many ended commands are kept for each sandbox, about
 * @param keepEnded how long each of them is kept
 * @param patience how long a reader may take nothing, when there is something, before it is cut
 */
public record CommandLimits(
        long logBytes, long journalBytes, int readers, int running, int ended, Duration keepEnded, Duration patience) {

    public static final CommandLimits DEFAULT =
            new CommandLimits(1024 * 1024, 8L << 20, 64, 256, 100, Duration.ofHours(1), Duration.ofSeconds(30));

    public CommandLimits {
        if (logBytes < 1 || journalBytes < 1 || readers < 1 || running < 1 || ended < 0) {
            throw new IllegalArgumentException("limits of commands must be at least 1");
        }
    }
}
