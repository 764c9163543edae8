package dev.sandbar.runtime;

import java.time.Duration;
import java.time.Instant;

/**
 * What a sandbox has used, measured at one moment.
 *
 * @param at when it was measured
 * @param cpuTime processor time of all its processes since its start, those that have ended included
 * @param memoryUsed bytes that it holds and that can't be taken back: its processes' and its files in memory
 * @param memoryCache bytes of file cache that are charged to it; taken back when memory gets short
 * @param memoryTotal bytes that it can have at most
 * @param diskUsed bytes in use on the file system that holds its files, by others too
 * @param diskTotal bytes of that file system
 */
public record Usage(
        Instant at,
        Duration cpuTime,
        long memoryUsed,
        long memoryCache,
        long memoryTotal,
        long diskUsed,
        long diskTotal) {}
