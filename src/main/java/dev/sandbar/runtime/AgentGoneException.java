package dev.sandbar.runtime;

import org.jspecify.annotations.Nullable;

/** The agent can't be reached, broke the protocol, or did not answer in time. */
public final class AgentGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AgentGoneException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
