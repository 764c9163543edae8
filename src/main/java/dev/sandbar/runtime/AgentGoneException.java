package dev.sandbar.runtime;

import org.jspecify.annotations.Nullable;

/** The agent can't be reached, broke the protocol, or did not answer in time. */
public final class AgentGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What it says about the sandbox. */
    public enum Sign {
        /** Nobody is there, as far as one can know. */
        GONE,
        /** This one answer did not come in time; whether the agent lives is for others to find out. */
        LATE,
        /** The service lacks what it needs to ask, so that nothing is known. */
        NOT_ASKED
    }

    private final Sign sign;

    public AgentGoneException(String message, @Nullable Throwable cause) {
        this(message, cause, Sign.GONE);
    }

    public AgentGoneException(String message, @Nullable Throwable cause, Sign sign) {
        super(message, cause, false, false);
        this.sign = sign;
    }

    public Sign sign() {
        return sign;
    }
}
