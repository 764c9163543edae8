package dev.sandbar.command;

/** What becomes of a command when its last reader has left before its end. */
public enum OnDisconnect {
    /** It goes on. */
    KEEP,
    /** It is cancelled, once it has had a reader. */
    CANCEL
}
