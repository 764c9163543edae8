package dev.sandbar.session;

/**
 * What of an earlier run was taken up.
 *
 * @param live sessions that go on
 * @param ended sessions that are only remembered, or end now
 * @param mended sandboxes' slots that had to be put right
 */
public record SessionRecovery(int live, int ended, int mended) {}
