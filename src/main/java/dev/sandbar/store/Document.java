package dev.sandbar.store;

/**
 * A document as a commit left it.
 *
 * @param version greater with each commit that writes it, also across its removal; never used twice
 * @param content not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
public record Document(String kind, String id, long version, byte[] content) {}
