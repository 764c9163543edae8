package dev.sandbar.runtime.channel;

/** The agent said something that the protocol does not allow, or ended in the middle, or says nothing. */
final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private enum Kind {
        MALFORMED,
        END,
        SILENCE
    }

    private final Kind kind;

    ProtocolException(String message) {
        this(message, Kind.MALFORMED);
    }

    private ProtocolException(String message, Kind kind) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** The connection has ended in the middle, which may be nobody's fault. */
    static ProtocolException end(String reason) {
        return new ProtocolException(reason, Kind.END);
    }

    /** What had to come in time has not come. */
    static ProtocolException silence(String reason) {
        return new ProtocolException(reason, Kind.SILENCE);
    }

    /** Whether something was said that no honest agent says. */
    boolean isMalformed() {
        return kind == Kind.MALFORMED;
    }

    boolean isSilence() {
        return kind == Kind.SILENCE;
    }
}
