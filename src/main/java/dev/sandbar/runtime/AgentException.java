package dev.sandbar.runtime;

/** The agent refused, and said why. */
public final class AgentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Code code;

    public AgentException(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /** Why, by the numbers of the protocol. */
    public enum Code {
        INVALID(1),
        NOT_FOUND(2),
        EXISTS(3),
        NOT_A_DIRECTORY(4),
        IS_A_DIRECTORY(5),
        NOT_PERMITTED(6),
        NO_SPACE(7),
        EXHAUSTED(8),
        UNIMPLEMENTED(9),
        INTERNAL(10),
        LOOP(11),
        NO_WORKING_DIRECTORY(12),
        NOT_EXECUTABLE(13),
        BUSY(14);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        /** By its number; {@link #INTERNAL} for one that is not known. */
        public static Code of(int number) {
            for (Code code : values()) {
                if (code.number == number) {
                    return code;
                }
            }
            return INTERNAL;
        }
    }
}
