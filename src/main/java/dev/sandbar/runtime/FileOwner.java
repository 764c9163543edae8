package dev.sandbar.runtime;

/** A user inside a sandbox. */
public record FileOwner(int uid, int gid) {

    public static final FileOwner ROOT = new FileOwner(0, 0);
    public static final FileOwner USER = new FileOwner(1000, 1000);
}
