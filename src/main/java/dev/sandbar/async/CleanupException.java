package dev.sandbar.async;

/** An undo failed or took too long: its name is in the message, its error is the cause, further ones are suppressed. */
public final class CleanupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CleanupException(String message, Throwable cause) {
        super(message, cause);
    }
}
