package dev.sandbar.command;

import dev.sandbar.runtime.ProcessEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of a command sees: {@link Ended} last, before it output and gaps. Readers by offset see {@link Started}
 * first.
 *
 * <p>All but {@link Started} have a number: pieces of output are numbered from 1 without a hole, and the end has the next
 * number behind the last one.
 */
public sealed interface CommandEvent {

    /** The number to go on behind, by {@link Position#behind}; 0 where there is none. */
    long seq();

    /** The command runs; the first event of each reader by offset, also of a late one. */
    record Started(long pid) implements CommandEvent {
        @Override
        public long seq() {
            return 0;
        }
    }

    /**
     * Bytes that it wrote.
     *
     * @param millis when the service got them, in Unix milliseconds
     * @param offset how many bytes it wrote before these, both streams together
     * @param bytes shared by all readers: not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Output(long seq, long millis, long offset, ProcessEvent.Stream stream, byte[] bytes)
            implements CommandEvent {

        /** How many bytes it wrote before the next ones; the position to go on from. */
        public long end() {
            return offset + bytes.length;
        }

        public Instant time() {
            return Instant.ofEpochMilli(millis);
        }
    }

    /**
     * Output that is not kept any more: the reader came too late for it, or the service did.
     *
     * @param from number of the first event that is missing
     * @param to number of the last one
     * @param offset of the first byte that is missing, -1 where that is not known
     * @param lost how many bytes, -1 where that is not known
     */
    record Gap(long from, long to, long offset, long lost) implements CommandEvent {
        @Override
        public long seq() {
            return to;
        }
    }

    /**
     * It has ended, this was recorded, and all of its output was emitted.
     *
     * @param millis when the service learned of it, in Unix milliseconds
     * @param exitCode null where it did not exit by itself
     * @param signal number of the signal that ended it; null where none did. Where there is neither, nobody knows
     */
    record Ended(
            long seq,
            long millis,
            @Nullable Integer exitCode,
            @Nullable Integer signal,
            Cause cause) implements CommandEvent {

        static Ended of(long seq, long millis, CommandState last) {
            Integer exitCode = last instanceof CommandState.Exited exited ? exited.code() : null;
            Integer signal = last instanceof CommandState.Signalled signalled ? signalled.signal() : null;
            return new Ended(seq, millis, exitCode, signal, last.cause());
        }

        public Instant time() {
            return Instant.ofEpochMilli(millis);
        }
    }
}
