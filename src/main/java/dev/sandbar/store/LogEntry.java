package dev.sandbar.store;

/**
 * An entry of a log.
 *
 * @param sequence consecutive in its log, from 1
 * @param content not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
public record LogEntry(long sequence, byte[] content) {}
