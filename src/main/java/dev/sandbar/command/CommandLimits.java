package dev.sandbar.command;

import java.time.Duration;

/**
 * Bounds of what commands may hold.
 *
 * @param logBytes output that is kept for each command, and how far it may run ahead of its slowest reader; each piece
 *     counts 64 bytes more than it has
 * @param readers at a time for each command
 * @param running commands at a time in each sandbox
 * @param ended how many ended commands are kept for each sandbox
 * @param keepEnded how long each of them is kept
 * @param patience how long a reader may take nothing, when there is something, before it is cut
 */
public record CommandLimits(long logBytes, int readers, int running, int ended, Duration keepEnded, Duration patience) {

    public static final CommandLimits DEFAULT =
            new CommandLimits(256 * 1024, 64, 256, 100, Duration.ofSeconds(30), Duration.ofSeconds(30));

    public CommandLimits {
        if (logBytes < 1 || readers < 1 || running < 1 || ended < 0) {
            throw new IllegalArgumentException("limits of commands must be at least 1");
        }
    }
}
