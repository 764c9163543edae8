package dev.sandbar.command;

import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import dev.sandbar.runtime.ProcessEvent.Stream;
import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What lies in the journals: time, offset, bytes of each stream before, kind, and then the bytes. */
final class OutputCodec {

    private static final int HEAD = 4 * Long.BYTES + 1;
    private static final byte[] NOTHING = {};
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte GAP = 3;

    private OutputCodec() {}

    /**
     * What the newest entry tells about everything up to it.
     *
     * @param end offset behind it
     */
    record Tail(long end, long stdout, long stderr) {
        static final Tail NONE = new Tail(0, 0, 0);
    }

    static Journal.Piece encode(CommandEvent event, long end, long stdout, long millis) {
        if (event instanceof Output output) {
            byte kind = output.stream() == Stream.STDOUT ? STDOUT : STDERR;
            return new Journal.Piece(head(output.millis(), output.offset(), stdout, end, kind), output.bytes());
        }
        if (event instanceof Gap gap) {
            return new Journal.Piece(head(millis, gap.offset(), stdout, end, GAP), NOTHING);
        }
        throw new IllegalStateException("not an entry of a journal: " + event);
    }

    private static byte[] head(long millis, long offset, long stdout, long end, byte kind) {
        return ByteBuffer.allocate(HEAD)
                .putLong(millis)
                .putLong(offset)
                .putLong(stdout)
                .putLong(end)
                .put(kind)
                .array();
    }

    static CommandEvent decode(LogEntry entry) {
        ByteBuffer head = ByteBuffer.wrap(entry.content(), 0, HEAD);
        long millis = head.getLong();
        long offset = head.getLong();
        long end = head.getLong(3 * Long.BYTES);
        byte kind = head.get(4 * Long.BYTES);
        if (kind == GAP) return new Gap(entry.sequence(), entry.sequence(), offset, end - offset);
        byte[] bytes = Arrays.copyOfRange(entry.content(), HEAD, entry.content().length);
        return new Output(entry.sequence(), millis, offset, kind == STDOUT ? Stream.STDOUT : Stream.STDERR, bytes);
    }

    /** Bytes that were lost count to no stream. */
    static Tail tail(LogEntry entry) {
        ByteBuffer head = ByteBuffer.wrap(entry.content(), 2 * Long.BYTES, 2 * Long.BYTES);
        long stdout = head.getLong();
        long end = head.getLong();
        return new Tail(end, stdout, end - stdout);
    }
}
