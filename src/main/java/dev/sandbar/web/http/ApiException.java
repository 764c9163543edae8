package dev.sandbar.web.http;

import java.util.Map;

/** A refusal that is made in a handler: its status and what to tell the client. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public ApiException(int status, String message) {
        this(new Failure(status, message));
    }

    public ApiException(int status, String message, Map<String, Object> facts) {
        this(new Failure(status, message, facts));
    }

    private ApiException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    /** The request is wrong: 400. */
    public static ApiException invalid(String message) {
        return new ApiException(400, message);
    }

    /** Something of E2B's that this service doesn't have: 501. */
    public static ApiException notOffered(String what) {
        return new ApiException(501, what + " not offered by this service yet");
    }

    public Failure failure() {
        return failure;
    }
}
