package dev.sandbar.command;

/** Why a command ended. */
public enum Cause {
    /** It ended by itself. */
    EXITED("exited"),
    /** A client sent the signal that ended it. */
    CLIENT("client"),
    /** Its own time-out. */
    TIMEOUT("timeout"),
    /** Its sandbox was killed. */
    SANDBOX_KILLED("sandbox-killed"),
    /** Its sandbox reached its deadline. */
    SANDBOX_EXPIRED("sandbox-expired");

    private final String wireName;

    Cause(String wireName) {
        this.wireName = wireName;
    }

    /** As clients see it. */
    public String wireName() {
        return wireName;
    }
}
