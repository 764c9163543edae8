package dev.sandbar.store;

/**
 * A store can't be opened, and what it holds was left as it is; the message is one sentence for the person who started
 * the service.
 */
public final class StoreUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreUnusableException(String message) {
        super(message, null, false, false);
    }
}
