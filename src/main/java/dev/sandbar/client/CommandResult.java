package dev.sandbar.client;

import java.nio.charset.StandardCharsets;

/**
 * A command that has ended, with what it wrote.
 *
 * @param commandId its id
 * @param stdout the beginning of it where {@code truncated}
 * @param stderr the beginning of it where {@code truncated}
 * @param end how it ended
 * @param truncated whether it wrote more than is here
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record CommandResult(String commandId, byte[] stdout, byte[] stderr, CommandOutput.End end, boolean truncated) {

    /** As UTF-8. */
    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** As UTF-8. */
    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    /** Whether the command exited by itself, with 0. */
    public boolean succeeded() {
        return end.succeeded();
    }
}
