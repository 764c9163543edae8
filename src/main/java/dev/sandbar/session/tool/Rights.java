package dev.sandbar.session.tool;

import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileOwner;

/** What {@code user} may do with files; the agent, which does it, may do everything. */
enum Rights {
    READ(4, "read"),
    WRITE(2, "written"),
    SEARCH(1, "entered");

    private static final int OWNER = 6;
    private static final int GROUP = 3;

    private final int bit;
    private final String participle;

    Rights(int bit, String participle) {
        this.bit = bit;
        this.participle = participle;
    }

    boolean of(FileEntry entry) {
        int shift = entry.owner().uid() == FileOwner.USER.uid()
                ? OWNER
                : entry.owner().gid() == FileOwner.USER.gid() ? GROUP : 0;
        return (entry.mode() >> shift & bit) != 0;
    }

    void require(FileEntry entry) {
        if (of(entry)) return;
        throw new ToolFailure("Permission denied: " + entry.path() + " can't be " + participle
                + " by user. Use bash, with sudo where there is one.");
    }
}
