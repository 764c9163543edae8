package dev.sandbar.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server's refusal: the HTTP status, the code and message of its body, and when to try again where it said so. */
public final class SandboxApiException extends SandboxClientException {

    /** The code for a sandbox that isn't there any more, or never was. */
    static final String SANDBOX_GONE = "sandbox_not_found";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient @Nullable Duration retryAfter;

    /** What a refusal is about. */
    public enum Kind {
        /** The request can't be right as it is: 400, 405, 413, 415, 416, 422. */
        INVALID,
        /** The API key or the token is missing or wrong: 401. */
        UNAUTHORIZED,
        /** Not for this caller: 403. */
        FORBIDDEN,
        /** There is no such thing: 404. */
        NOT_FOUND,
        /** The sandbox doesn't run: 502 with a body that says so. */
        SANDBOX_GONE,
        /** It clashes with what is there: 409, 412. */
        CONFLICT,
        /** Too many, or too much at once: 429. */
        RATE_LIMITED,
        /** No room is left: 507. */
        NO_SPACE,
        /** Not offered by this server: 501. */
        UNSUPPORTED,
        /** Not now: 502, 503, 504. */
        UNAVAILABLE,
        /** Anything else. */
        OTHER
    }

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

    public Kind kind() {
        return switch (status) {
            case 400, 405, 413, 415, 416, 422 -> Kind.INVALID;
            case 401 -> Kind.UNAUTHORIZED;
            case 403 -> Kind.FORBIDDEN;
            case 404 -> Kind.NOT_FOUND;
            case 409, 412 -> Kind.CONFLICT;
            case 429 -> Kind.RATE_LIMITED;
            case 501 -> Kind.UNSUPPORTED;
            case 502 -> code.equals(SANDBOX_GONE) ? Kind.SANDBOX_GONE : Kind.UNAVAILABLE;
            case 503, 504 -> Kind.UNAVAILABLE;
            case 507 -> Kind.NO_SPACE;
            default -> Kind.OTHER;
        };
    }
}
