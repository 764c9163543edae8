package dev.sandbar.session;

/** The files of a sandbox couldn't be carried over to another one. */
final class CarryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CarryException(String message) {
        super(message, null, false, false);
    }
}
