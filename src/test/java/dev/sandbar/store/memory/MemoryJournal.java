package dev.sandbar.store.memory;

import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import reactor.core.publisher.Mono;

/** One of {@link MemoryJournals}. */
final class MemoryJournal implements Journal {

    private final Deque<LogEntry> entries = new ArrayDeque<>();
    private final long most;
    private final MemoryJournals all;
    private long bytes;
    private long last;
    private boolean gone;

    MemoryJournal(MemoryJournals all, long most) {
        this.all = all;
        this.most = most;
    }

    @Override
    public synchronized LogRange range() {
        return new LogRange(last - entries.size() + 1, last);
    }

    @Override
    public Mono<Void> append(List<Piece> pieces) {
        return Mono.defer(() -> all.disk).then(Mono.fromRunnable(() -> add(pieces)));
    }

    private synchronized void add(List<Piece> pieces) {
        checkThere();
        for (Piece piece : pieces) {
            byte[] content = Arrays.copyOf(piece.head(), piece.length());
            System.arraycopy(piece.body(), 0, content, piece.head().length, piece.body().length);
            entries.add(new LogEntry(++last, content));
            bytes += content.length;
        }
        while (bytes > most && entries.size() > 1) bytes -= entries.remove().content().length;
    }

    @Override
    public Mono<List<LogEntry>> read(long after, int maxBytes) {
        return Mono.defer(() -> all.reads).then(Mono.fromSupplier(() -> find(after, maxBytes)));
    }

    private synchronized List<LogEntry> find(long after, int maxBytes) {
        checkThere();
        List<LogEntry> found = new ArrayList<>();
        long size = 0;
        for (LogEntry entry : entries) {
            if (entry.sequence() <= after) continue;
            size += entry.content().length;
            if (size > maxBytes && !found.isEmpty()) break;
            found.add(entry);
        }
        return found;
    }

    @Override
    public Mono<Void> rest() {
        return Mono.fromRunnable(all.rests::incrementAndGet);
    }

    synchronized void delete() {
        gone = true;
    }

    private void checkThere() {
        if (gone) throw new StoreException.Unavailable("the journal was deleted", null);
    }
}
