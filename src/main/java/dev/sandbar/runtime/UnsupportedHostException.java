package dev.sandbar.runtime;

import org.jspecify.annotations.Nullable;

/** This host can't confine sandboxes; the message is one sentence that names the fix. */
public final class UnsupportedHostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnsupportedHostException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    public UnsupportedHostException(String message) {
        this(message, null);
    }
}
