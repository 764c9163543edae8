package dev.sandbar.client;

import org.jspecify.annotations.Nullable;

/** What a command does, as its readers see it: output and gaps, then exactly one {@link End}. */
public sealed interface CommandOutput {

    /** The number to go on behind, by {@link SandboxCommand#output(long)}; 0 where the server has no numbers. */
    long seq();

    /**
     * Bytes on its standard output, and the text that they make with those before.
     *
     * @param bytes the receiver's own; a character may be split between two pieces, so that they are no text by themselves
     * @param text as UTF-8: the characters whose last byte is in this piece. The texts of all pieces one after the other are
     *     the whole text; a character that is still cut at the end comes as U+FFFD, in a piece without bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Stdout(long seq, byte[] bytes, String text) implements CommandOutput {

        /** As it comes: its text depends on what was before. */
        Stdout(long seq, byte[] bytes) {
            this(seq, bytes, "");
        }
    }

    /**
     * Bytes on its standard error, and the text that they make with those before.
     *
     * @param bytes the receiver's own; a character may be split between two pieces, so that they are no text by themselves
     * @param text as UTF-8: the characters whose last byte is in this piece. The texts of all pieces one after the other are
     *     the whole text; a character that is still cut at the end comes as U+FFFD, in a piece without bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Stderr(long seq, byte[] bytes, String text) implements CommandOutput {

        /** As it comes: its text depends on what was before. */
        Stderr(long seq, byte[] bytes) {
            this(seq, bytes, "");
        }
    }

    /**
     * Bytes on its terminal.
     *
     * @param bytes the receiver's own
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Pty(long seq, byte[] bytes) implements CommandOutput {}

    /**
     * Output that can't be had any more.
     *
     * @param lostBytes how many bytes; -1 where nobody knows
     */
    record Gap(long seq, long lostBytes) implements CommandOutput {}

    /**
     * The command has ended, and all of its output was before.
     *
     * @param exitCode null where it did not exit by itself
     * @param signal that ended it, such as {@code SIGKILL}; null where none did
     * @param cause one of {@code exited}, {@code client}, {@code timeout}, {@code memory}, {@code pids}, {@code disk}, {@code
     *     sandbox-killed}, {@code sandbox-expired}, {@code host-restart} and the like; with E2B's protocol what it says
     */
    record End(
            long seq, @Nullable Integer exitCode, @Nullable String signal, String cause) implements CommandOutput {

        /** Whether it exited by itself, with 0. */
        public boolean succeeded() {
            return exitCode != null && exitCode == 0;
        }
    }
}
