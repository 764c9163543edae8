package dev.sandbar.store.memory;

import dev.sandbar.store.Change;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import java.util.ArrayList;
import java.util.List;

/** One log. Guarded by its store. */
final class MemoryLog {

    /** From {@code head} on; what lies before it is dropped when it is more than half. */
    private final List<LogEntry> entries = new ArrayList<>();

    private int head;
    private long last;
    private long bytes;

    long append(Change.Append append) {
        for (byte[] content : append.entries()) {
            entries.add(new LogEntry(++last, content));
            bytes += content.length;
        }
        retain(append.keep());
        return last;
    }

    private void retain(Change.Retention keep) {
        while (kept() > 1 && (kept() > keep.entries() || bytes > keep.bytes())) {
            bytes -= entries.get(head++).content().length;
        }
        if (head > kept()) { // so that each entry is moved once at most
            entries.subList(0, head).clear();
            head = 0;
        }
    }

    private int kept() {
        return entries.size() - head;
    }

    LogRange range() {
        return new LogRange(last - kept() + 1, last);
    }

    List<LogEntry> read(long after, int limit) {
        long skipped = Math.max(after - range().first() + 1, 0);
        if (skipped >= kept() || limit <= 0) return List.of();
        int from = head + (int) skipped;
        return List.copyOf(entries.subList(from, from + Math.min(limit, entries.size() - from)));
    }
}
