package dev.sandbar.runtime.channel;

/** The agent said something that the protocol does not allow. */
final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message, null, false, false);
    }
}
