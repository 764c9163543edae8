package dev.sandbar.session.tool;

/** The tool could not do what it was asked for, for a reason that the AI is to be told. */
final class ToolFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ToolFailure(String message) {
        super(message, null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
