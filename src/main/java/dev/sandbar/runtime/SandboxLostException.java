package dev.sandbar.runtime;

/** A sandbox of an earlier run is not there any more; what it has left on the host is still to be destroyed. */
public final class SandboxLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public SandboxLostException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why. */
    public enum Reason {
        /** The machine was started anew since, so no process of it lives; its files may. */
        HOST_RESTARTED,
        /** Nobody answers as its agent. */
        AGENT_GONE
    }
}
