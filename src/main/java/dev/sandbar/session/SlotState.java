package dev.sandbar.session;

import java.util.Locale;

/** What a session has for a sandbox. */
public enum SlotState {
    /** None, and none was asked for yet. */
    NONE,
    /** One is being made. */
    PRELOADING,
    /** One answers. */
    READY,
    /** One answers, and another one is being made in its place. */
    REPLACING,
    /** None: it couldn't be made, or it failed. The next tool call makes one. */
    FAILED,
    /** None: it was ended. The next tool call makes one. */
    TORN_DOWN;

    /** The word for clients. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether somebody is at work on it. */
    boolean inFlight() {
        return this == PRELOADING || this == REPLACING;
    }
}
