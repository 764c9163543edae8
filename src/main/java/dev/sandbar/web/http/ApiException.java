package dev.sandbar.web.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal that is made in a handler: its status and what to tell the client. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final transient @Nullable String challenge;

    public ApiException(int status, String message) {
        this(new Failure(status, message), null);
    }

    public ApiException(int status, String message, Map<String, Object> facts) {
        this(new Failure(status, message, facts), null);
    }

    private ApiException(Failure failure, @Nullable String challenge) {
        super(failure.message(), null, false, false);
        this.failure = failure;
        this.challenge = challenge;
    }

    /** The request is wrong: 400. */
    public static ApiException invalid(String message) {
        return new ApiException(400, message);
    }

    /** Nobody is let in without a credential, of the kind that the challenge names: 401. */
    public static ApiException unauthorized(String message, String challenge) {
        return new ApiException(new Failure(401, message), challenge);
    }

    /** Something of E2B's that this service doesn't have: 501. */
    public static ApiException notOffered(String what) {
        return new ApiException(501, what + " not offered by this service yet");
    }

    /** Which credential is wanted, for {@code WWW-Authenticate}; null where it isn't said. */
    @Nullable String challenge() {
        return challenge;
    }

    public Failure failure() {
        return failure;
    }
}
