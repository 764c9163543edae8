package dev.sandbar.web.data;

import dev.sandbar.web.connect.ConnectError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Signals by number and by name. */
final class Signals {

    static final int KILL = 9;
    static final int TERM = 15;

    /** As Go calls them, which is what clients see upstream. */
    private static final List<String> TEXTS = List.of(
            "signal 0",
            "hangup",
            "interrupt",
            "quit",
            "illegal instruction",
            "trace/breakpoint trap",
            "aborted",
            "bus error",
            "floating point exception",
            "killed",
            "user defined signal 1",
            "segmentation fault",
            "user defined signal 2",
            "broken pipe",
            "alarm clock",
            "terminated");

    private Signals() {}

    static String text(int signal) {
        return signal >= 0 && signal < TEXTS.size() ? TEXTS.get(signal) : "signal " + signal;
    }

    /** By the name or number of the protocol's enum. */
    static int parse(@Nullable JsonNode name) {
        if (name == null || name.isNull()) throw ConnectError.invalid("\"signal\" is required");
        return switch (name.asString("")) {
            case "SIGNAL_SIGKILL", "9" -> KILL;
            case "SIGNAL_SIGTERM", "15" -> TERM;
            default -> throw ConnectError.invalid("\"signal\" must be SIGNAL_SIGKILL or SIGNAL_SIGTERM");
        };
    }
}
