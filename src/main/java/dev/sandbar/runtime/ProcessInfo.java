package dev.sandbar.runtime;

/**
 * A process that the agent knows.
 *
 * @param running false when it has ended and nobody took its exit
 * @param endOffset bytes that it has written so far
 */
public record ProcessInfo(String id, long pid, boolean running, long endOffset) {}
