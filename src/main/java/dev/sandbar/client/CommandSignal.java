package dev.sandbar.client;

/** What can be sent to a command. */
public enum CommandSignal {
    /** Asks it to end. */
    TERM("SIGNAL_SIGTERM"),
    /** Ends it. */
    KILL("SIGNAL_SIGKILL");

    private final String wireName;

    CommandSignal(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }
}
