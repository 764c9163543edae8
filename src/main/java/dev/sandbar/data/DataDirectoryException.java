package dev.sandbar.data;

/** The data directory can't be used; the message is one sentence for the person who started the service. */
public final class DataDirectoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DataDirectoryException(String message) {
        super(message, null, false, false);
    }
}
