package dev.sandbar.web.connect;

import java.util.Map;

/** A refusal in Connect's terms. */
public final class ConnectError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ConnectCode code;

    public ConnectError(ConnectCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public static ConnectError invalid(String message) {
        return new ConnectError(ConnectCode.INVALID_ARGUMENT, message);
    }

    public static ConnectError notFound(String message) {
        return new ConnectError(ConnectCode.NOT_FOUND, message);
    }

    public static ConnectError notOffered(String what) {
        return new ConnectError(ConnectCode.UNIMPLEMENTED, what + " not offered by this service yet");
    }

    public ConnectCode code() {
        return code;
    }

    public String text() {
        return String.valueOf(getMessage());
    }

    /** The body of a unary refusal, and the value of {@code error} in an end envelope. */
    public Map<String, String> body() {
        return Map.of("code", code.wireName(), "message", text());
    }
}
