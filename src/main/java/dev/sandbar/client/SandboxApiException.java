package dev.sandbar.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server's refusal: the HTTP status, the code and message of its body, and when to try again where it said so. */
public final class SandboxApiException extends SandboxClientException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient @Nullable Duration retryAfter;

    /**
     * @param status of HTTP
     * @param code of the body, the status where there is none
     * @param message of the body; never holds a secret
     * @param retryAfter after which the server would like to be asked again; null where it didn't say
     */
    public SandboxApiException(int status, String code, String message, @Nullable Duration retryAfter) {
        this(status, code, message, retryAfter, null);
    }

    SandboxApiException(
            int status, String code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** After which the server would like to be asked again; null where it didn't say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
