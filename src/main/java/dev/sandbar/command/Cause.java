package dev.sandbar.command;

/** Why a command ended. */
public enum Cause {
    /** It ended by itself. */
    EXITED("exited"),
    /** A client sent the signal that ended it, or cancelled it. */
    CLIENT("client"),
    /** Its own time-out. */
    TIMEOUT("timeout"),
    /** The kernel killed it because the sandbox's memory was used up. */
    MEMORY("memory"),
    /** It failed when the sandbox had as many processes as it may. */
    PIDS("pids"),
    /** It wrote a file that was larger than files may be. */
    DISK("disk"),
    /** Its sandbox was killed. */
    SANDBOX_KILLED("sandbox-killed"),
    /** Its sandbox reached its deadline. */
    SANDBOX_EXPIRED("sandbox-expired"),
    /** The machine was started anew. */
    HOST_RESTART("host-restart"),
    /** The sandbox's agent doesn't know it any more: how it ended is not known. */
    LOST("lost");

    private final String wireName;

    Cause(String wireName) {
        this.wireName = wireName;
    }

    /** As clients see it. */
    public String wireName() {
        return wireName;
    }
}
