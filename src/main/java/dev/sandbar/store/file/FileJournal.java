package dev.sandbar.store.file;

import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One journal. Its files are touched on the journals' threads only, by one of them at a time. */
final class FileJournal implements Journal {

    /** Disk space is taken in steps of this, so that a small entry doesn't ask each time. */
    private static final long STEP = 256 * 1024;

    private final FileJournals owner;
    private final Path directory;
    private final String name;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private volatile LogRange range = LogRange.NONE;
    private @Nullable FileChannel channel;
    private long bytes;
    private long taken;
    private boolean gone;

    FileJournal(FileJournals owner, Path directory, String name) {
        this.owner = owner;
        this.directory = directory;
        this.name = name;
    }

    @Override
    public LogRange range() {
        return range;
    }

    @Override
    public Mono<Void> append(List<Piece> pieces) {
        return owner.onDisk(() -> {
            add(pieces);
            return null;
        });
    }

    @Override
    public Mono<List<LogEntry>> read(long after, int maxBytes) {
        return after >= range.last() ? Mono.just(List.of()) : owner.onDisk(() -> find(after, maxBytes));
    }

    @Override
    public Mono<Void> rest() {
        return owner.onDisk(() -> {
            settle();
            return null;
        });
    }

    /** Takes up the files of an earlier run, whose bytes have been counted. */
    synchronized void load(List<Segment> found) throws IOException {
        for (Segment segment : found) {
            if (!segments.isEmpty() && segments.getLast().next() > segment.first()) {
                throw new IOException(segment.file() + " does not follow the one before it");
            }
            long length = Files.size(segment.file());
            segment.scan();
            taken += length;
            bytes += segment.bytes();
            segments.add(segment);
        }
        cutTail();
        settle();
        if (!segments.isEmpty()) range = new LogRange(1, segments.getLast().next() - 1);
        show();
    }

    private void cutTail() throws IOException {
        if (segments.isEmpty()) return;
        Segment last = segments.getLast();
        try (FileChannel tail = FileChannel.open(last.file(), StandardOpenOption.WRITE)) {
            tail.truncate(last.bytes());
        }
    }

    private synchronized void add(List<Piece> pieces) throws IOException {
        checkThere();
        ByteBuffer buffer = FileJournals.buffer();
        int done = 0;
        while (done < pieces.size()) {
            Segment segment = room(Segment.size(pieces.get(done)));
            if (segment == null) {
                skip(pieces.size() - done);
                return;
            }
            int from = done;
            done = fill(buffer, segment, pieces, from);
            write(buffer, segment, pieces.subList(from, done));
            show();
        }
    }

    /** Encodes as many pieces as buffer, segment and the disk space that was taken have room for; at least one. */
    private int fill(ByteBuffer buffer, Segment segment, List<Piece> pieces, int from) {
        long size = 0;
        long most = Math.max(
                Segment.size(pieces.get(from)),
                Math.min(Math.min(buffer.capacity(), owner.segmentBytes() - segment.bytes()), taken - bytes));
        int at = from;
        buffer.clear();
        while (at < pieces.size() && size + Segment.size(pieces.get(at)) <= most) {
            Segment.encode(segment.next() + (at - from), pieces.get(at), buffer);
            size += Segment.size(pieces.get(at++));
        }
        buffer.flip();
        return at;
    }

    /** At its place, so that an attempt that failed is overwritten by the next one. */
    private void write(ByteBuffer buffer, Segment segment, List<Piece> pieces) throws IOException {
        FileChannel to = channel(segment);
        long start = segment.bytes();
        while (buffer.hasRemaining()) {
            to.write(buffer, start + buffer.position());
        }
        for (Piece piece : pieces) {
            long size = Segment.size(piece);
            segment.added(size);
            bytes += size;
        }
    }

    /** A segment with room for an entry; null when it can't be kept. */
    private @Nullable Segment room(long size) throws IOException {
        Segment last = segments.peekLast();
        boolean full = last == null || (last.bytes() > 0 && last.bytes() + size > owner.segmentBytes());
        while (segments.size() > (full ? 0 : 1) && bytes + size > owner.journalBytes()) dropOldest();
        while (taken - bytes < size) {
            if (owner.space().tryTake(Math.max(size, STEP))) taken += Math.max(size, STEP);
            else if (owner.space().tryTake(size)) taken += size;
            else if (bytes == 0) return null;
            else dropOldest();
        }
        if (!full && !segments.isEmpty()) return segments.getLast();
        return begin();
    }

    private Segment begin() throws IOException {
        release();
        if (segments.isEmpty()) owner.appeared(directory, name, this);
        Files.createDirectories(directory);
        Segment segment = new Segment(directory.resolve(name + "." + (range.last() + 1)), range.last() + 1);
        channel = FileChannel.open(
                segment.file(),
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
        segments.add(segment);
        return segment;
    }

    private FileChannel channel(Segment segment) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(segment.file(), StandardOpenOption.WRITE);
            channel = open;
        }
        return open;
    }

    private void dropOldest() throws IOException {
        if (segments.size() == 1) release();
        Segment oldest = segments.getFirst();
        Files.deleteIfExists(oldest.file());
        segments.removeFirst();
        bytes -= oldest.bytes();
        show();
    }

    /** Entries for which there is no room at all: an empty file keeps their numbers from being used again. */
    private void skip(int entries) throws IOException {
        range = new LogRange(range.last() + entries + 1, range.last() + entries);
        Segment empty = begin();
        while (segments.getFirst() != empty) dropOldest();
        show();
    }

    private void show() {
        if (segments.isEmpty()) range = new LogRange(range.last() + 1, range.last());
        else
            range = new LogRange(segments.getFirst().first(), segments.getLast().next() - 1);
    }

    private synchronized List<LogEntry> find(long after, int maxBytes) throws IOException {
        checkThere();
        for (Segment segment : segments) {
            if (segment.next() <= after + 1) continue;
            List<LogEntry> found = segment.read(after, maxBytes);
            if (!found.isEmpty()) return found;
        }
        return List.of();
    }

    private void settle() throws IOException {
        synchronized (this) {
            release();
            owner.space().give(taken - bytes);
            taken = bytes;
        }
    }

    private void release() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) open.close();
    }

    /** Removes its files; nothing can be done with it afterwards. */
    synchronized void delete() throws IOException {
        gone = true;
        while (!segments.isEmpty()) dropOldest();
        settle();
    }

    /** Waits for what is being written; nothing can be done with it afterwards. */
    synchronized void close() throws IOException {
        gone = true;
        release();
    }

    private void checkThere() {
        if (gone) throw new StoreException.Unavailable("journal " + name + " is closed or was deleted", null);
    }
}
