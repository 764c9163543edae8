package dev.sandbar.session.tool;

/** The arguments of a call are wrong; the message names which, and what is allowed. The sandbox was not touched. */
public final class ToolArgumentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolArgumentException(String message) {
        super(message, null, false, false);
    }
}
