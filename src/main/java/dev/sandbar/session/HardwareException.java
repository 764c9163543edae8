package dev.sandbar.session;

/** The hardware catalogue can't be used; the message is one sentence that says what to do. */
public final class HardwareException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HardwareException(String message) {
        super(message, null, false, false);
    }
}
