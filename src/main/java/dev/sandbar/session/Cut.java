package dev.sandbar.session;

/**
 * Why a tool call ends before its tool does.
 *
 * @param error for whoever called
 * @param cause the word for programs
 */
record Cut(String error, String cause) {

    static final Cut INTERRUPTED = new Cut("Interrupted", "interrupted");

    static final Cut UNPAID = new Cut(
            "Ended, since the session's budget is used up: its sandbox is replaced by one of the default hardware",
            Words.BY_BUDGET);

    /** Of one that has not begun yet. */
    static final Cut STOPPED_EARLY =
            new Cut("The service stops, so that this call was not begun: call again", Words.BY_STOP);

    static final Cut STOPPED = new Cut(
            "The service stops, so that the end of this call is not known here: look what it has done", Words.BY_STOP);

    static Cut ended(String cause) {
        return new Cut("The session was ended (" + cause + "), and with it whatever ran in it", "session-ended");
    }
}
