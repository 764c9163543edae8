package dev.sandbar.runtime;

/**
 * How often a sandbox has met its ceilings since its start. Only differences between two of them mean something; a
 * ceiling that is not counted on this host stays 0.
 *
 * @param memoryKills processes that the kernel killed because the sandbox's memory was used up
 * @param refusedForks processes and threads that were refused because the sandbox had as many as it may
 */
public record Strain(long memoryKills, long refusedForks) {}
