package dev.sandbar.client;

import org.jspecify.annotations.Nullable;

/** A call that failed: the server refused it ({@link SandboxApiException}), or it couldn't be brought to its end. */
public class SandboxClientException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SandboxClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
