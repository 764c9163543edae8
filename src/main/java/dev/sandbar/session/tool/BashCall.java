package dev.sandbar.session.tool;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Arguments of {@code bash}. */
record BashCall(String command, String directory, Duration timeout) {

    static final int DEFAULT_SECONDS = 240;
    static final int MOST_SECONDS = 1200;
    static final int MOST_BYTES = 120_000;

    static BashCall of(Arguments arguments) {
        String command = arguments.text("command");
        if (command.isBlank()) throw new ToolArgumentException("\"command\" must not be empty");
        Arguments.checkNoNul("command", command);
        if (command.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new ToolArgumentException("\"command\" must have at most " + MOST_BYTES
                    + " bytes: put what is longer into a file with write, and run that");
        }
        arguments.optionalText("description");
        @Nullable String directory = arguments.optionalPath("work_dir");
        @Nullable Integer seconds = arguments.optionalNumber("timeout", 1, MOST_SECONDS);
        return new BashCall(
                command,
                Home.absolute(directory == null ? "" : directory),
                Duration.ofSeconds(seconds == null ? DEFAULT_SECONDS : seconds));
    }
}
