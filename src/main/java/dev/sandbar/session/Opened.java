package dev.sandbar.session;

/**
 * What an opening came to.
 *
 * @param existed whether the owner had a live session of that key
 */
public record Opened(Session session, boolean existed) {}
