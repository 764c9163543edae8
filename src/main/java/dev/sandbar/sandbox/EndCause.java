package dev.sandbar.sandbox;

/** Why a sandbox ended. */
public enum EndCause {
    /** Its owner asked for it, or went away before its creation was answered. */
    KILLED("killed"),
    /** Its deadline passed. */
    EXPIRED("expired"),
    /** Its agent no longer answered. */
    AGENT_GONE("agent-gone"),
    /** It grew while the disk that all sandboxes share was nearly full. */
    DISK("disk"),
    /** It could not be made, or the service ended while it was being made. */
    NOT_CREATED("not-created"),
    /** The machine was started anew, which ended all processes. Its files are kept for a while. */
    HOST_RESTART("host-restart");

    private final String wireName;

    EndCause(String wireName) {
        this.wireName = wireName;
    }

    /** As events and answers name it. */
    public String wireName() {
        return wireName;
    }
}
