package dev.sandbar.runtime.local;

import org.jspecify.annotations.Nullable;

/** This host can't confine sandboxes; the message is one sentence that names the fix. */
public final class UnsupportedHostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnsupportedHostException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    UnsupportedHostException(String message) {
        this(message, null);
    }
}
