package dev.sandbar.client;

/** Something failed before the call itself was sent: the token for it couldn't be had. Never shown to callers. */
final class Unsent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Unsent(Throwable cause) {
        super(null, cause, false, false);
    }

    static Throwable unwrap(Throwable error) {
        Throwable cause = error instanceof Unsent ? error.getCause() : null;
        return cause == null ? error : cause;
    }
}
