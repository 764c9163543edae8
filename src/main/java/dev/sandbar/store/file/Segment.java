package dev.sandbar.store.file;

import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file of a journal. Not thread-safe; blocks. */
final class Segment {

    static final int HEAD = 2 * Integer.BYTES;

    private static final Logger log = LoggerFactory.getLogger(Segment.class);
    private static final int MARK_EVERY = 64 * 1024;

    /** Where an entry begins; one every now and then, so that a reader needn't begin at the first. */
    private record Mark(long number, long position) {}

    private final Path file;
    private final long first;
    private final List<Mark> marks = new ArrayList<>();
    private long next;
    private long bytes;

    Segment(Path file, long first) {
        this.file = file;
        this.first = first;
        this.next = first;
    }

    Path file() {
        return file;
    }

    long first() {
        return first;
    }

    /** The number behind its last entry. */
    long next() {
        return next;
    }

    long bytes() {
        return bytes;
    }

    static long size(Journal.Piece piece) {
        return HEAD + (long) piece.length();
    }

    /** Puts an entry into a buffer that has room for it. */
    static void encode(long number, Journal.Piece piece, ByteBuffer to) {
        int start = to.position();
        to.putInt(piece.length()).putInt(0).put(piece.head()).put(piece.body());
        to.putInt(start + Integer.BYTES, sum(number, to.slice(start + HEAD, piece.length())));
    }

    /** The entry is in the file from now on. */
    void added(long size) {
        if (marks.isEmpty() || bytes - marks.get(marks.size() - 1).position() >= MARK_EVERY) {
            marks.add(new Mark(next, bytes));
        }
        bytes += size;
        next++;
    }

    /** Finds out what the file holds, up to the first entry that isn't whole. */
    void scan() throws IOException {
        List<LogEntry> page;
        long length;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            length = channel.size();
            do {
                page = page(channel, length, first - 1, MARK_EVERY);
                page.forEach(entry -> added(HEAD + (long) entry.content().length));
            } while (!page.isEmpty());
        }
    }

    /** Entries behind a number, at least one where there is one, else about as many bytes as were asked for. */
    List<LogEntry> read(long after, int maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Mark mark = mark(after + 1);
            return entries(channel, mark, bytes, after, maxBytes);
        }
    }

    /** The next ones behind what is known so far. */
    private List<LogEntry> page(FileChannel channel, long until, long after, int maxBytes) throws IOException {
        return entries(channel, new Mark(next, bytes), until, after, maxBytes);
    }

    private List<LogEntry> entries(FileChannel channel, Mark from, long until, long after, int maxBytes)
            throws IOException {
        List<LogEntry> found = new ArrayList<>();
        long number = from.number();
        long position = from.position();
        int wanted = Math.max(maxBytes, HEAD);
        while (found.isEmpty() && position < until) {
            ByteBuffer buffer = fill(channel, position, (int) Math.min(wanted, until - position));
            int whole = whole(buffer);
            if (whole <= 0) {
                if (whole == 0 || buffer.remaining() - whole > until - position) return found;
                wanted = buffer.remaining() - whole;
                continue;
            }
            while (whole > 0) {
                int length = buffer.getInt();
                int sum = buffer.getInt();
                if (sum(number, buffer.slice(buffer.position(), length)) != sum) return broken(found, number);
                if (number > after) found.add(new LogEntry(number, content(buffer, length)));
                else buffer.position(buffer.position() + length);
                number++;
                position += HEAD + (long) length;
                whole = whole(buffer);
            }
            wanted = Math.max(maxBytes, HEAD);
        }
        return found;
    }

    /** Bytes of the entry at the buffer's position; 0 where that is none, else minus the bytes that are missing. */
    private static int whole(ByteBuffer buffer) {
        if (buffer.remaining() < HEAD) return buffer.remaining() - HEAD;
        int length = buffer.getInt(buffer.position());
        if (length < 0 || length > Journal.ENTRY_MAX) return 0;
        int missing = HEAD + length - buffer.remaining();
        return missing > 0 ? -missing : HEAD + length;
    }

    private List<LogEntry> broken(List<LogEntry> found, long number) {
        log.warn("{}: entry {} is broken; it and what follows in this file is lost", file, number);
        return found;
    }

    private static byte[] content(ByteBuffer buffer, int length) {
        byte[] content = new byte[length];
        buffer.get(content);
        return content;
    }

    private static ByteBuffer fill(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {}
        return buffer.flip();
    }

    private Mark mark(long number) {
        Mark best = new Mark(first, 0);
        for (Mark mark : marks) {
            if (mark.number() > number) break;
            best = mark;
        }
        return best;
    }

    private static int sum(long number, ByteBuffer content) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        sum.update(content);
        return (int) sum.getValue();
    }
}
