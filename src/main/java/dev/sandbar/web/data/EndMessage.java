package dev.sandbar.web.data;

import dev.sandbar.command.CommandEvent;
import org.jspecify.annotations.Nullable;

/** The end of a process as E2B tells it; what has its default is left out. */
record EndMessage(
        @Nullable Integer exitCode,
        @Nullable Boolean exited,
        String status,
        @Nullable String error) {

    static EndMessage of(CommandEvent.Ended ended) {
        if (ended.signal() != null) {
            String status = "signal: " + Signals.text(ended.signal());
            return new EndMessage(-1, null, status, status);
        }
        if (ended.exitCode() == null) {
            String status = ended.cause().wireName();
            return new EndMessage(-1, null, status, status);
        }
        String status = "exit status " + ended.exitCode();
        return ended.exitCode() == 0
                ? new EndMessage(null, true, status, null)
                : new EndMessage(ended.exitCode(), true, status, status);
    }
}
