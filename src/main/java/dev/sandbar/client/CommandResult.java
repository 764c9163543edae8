package dev.sandbar.client;

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

    /** As UTF-8; where {@code truncated}, without a character that was cut by that. */
    public String stdoutText() {
        return text(stdout);
    }

    /** As UTF-8; where {@code truncated}, without a character that was cut by that. */
    public String stderrText() {
        return text(stderr);
    }

    private String text(byte[] bytes) {
        TextDecoder decoder = new TextDecoder();
        String whole = decoder.take(bytes);
        return truncated ? whole : whole + decoder.end();
    }

    /** Whether the command exited by itself, with 0. */
    public boolean succeeded() {
        return end.succeeded();
    }
}
