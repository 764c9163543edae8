package dev.sandbar.runtime;

/** This host can't tell what a sandbox uses; the message says why. Trying again doesn't help. */
public final class UsageUnknownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UsageUnknownException(String message) {
        super(message);
    }
}
