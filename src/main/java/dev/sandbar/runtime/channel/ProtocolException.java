package dev.sandbar.runtime.channel;

/** The agent said something that the protocol does not allow. */
final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean ended;

    ProtocolException(String message) {
        this(message, false);
    }

    private ProtocolException(String message, boolean ended) {
        super(message, null, false, false);
        this.ended = ended;
    }

    /** The connection has ended in the middle, which may be nobody's fault. */
    static ProtocolException ended(String reason) {
        return new ProtocolException(reason, true);
    }

    /** Whether something was said that no honest agent says. */
    boolean isMalformed() {
        return !ended;
    }
}
