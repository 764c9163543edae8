package dev.sandbar.command;

import dev.sandbar.runtime.ProcessEvent;

/** What a reader of a command sees: {@link Started} first, {@link Ended} last. */
public sealed interface CommandEvent {

    /** The command runs; the first event of each reader, also of a late one. */
    record Started(long pid) implements CommandEvent {}

    /**
     * Bytes that it wrote.
     *
     * @param offset how many bytes it wrote before these, both streams together
     * @param bytes shared by all readers: not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Output(long offset, ProcessEvent.Stream stream, byte[] bytes) implements CommandEvent {

        /** How many bytes it wrote before the next ones; the position to go on from. */
        public long end() {
            return offset + bytes.length;
        }
    }

    /**
     * Bytes that are not kept any more: the reader came too late for them.
     *
     * @param offset of the first one
     * @param lost how many
     */
    record Gap(long offset, long lost) implements CommandEvent {}

    /**
     * It has ended and all of its output was emitted.
     *
     * @param signalled whether a signal ended it
     * @param code exit code, or number of the signal
     */
    record Ended(boolean signalled, int code, Cause cause) implements CommandEvent {}
}
