package dev.sandbar.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The host could not start a sandbox now: out of processes, ids, memory or disk, or an isolation layer failed. Clients read
 * the message: it names no path of the host, the cause may.
 */
public final class RuntimeUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RuntimeUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public RuntimeUnavailableException(String message) {
        this(message, null);
    }
}
