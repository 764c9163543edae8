package dev.sandbar.store.memory;

import dev.sandbar.store.Change;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One log. Guarded by its store. */
final class MemoryLog {

    private final Deque<LogEntry> entries = new ArrayDeque<>();
    private long last;
    private long bytes;

    long append(Change.Append append) {
        for (byte[] content : append.entries()) {
            entries.add(new LogEntry(++last, content));
            bytes += content.length;
        }
        while (entries.size() > 1
                && (entries.size() > append.keep().entries()
                        || bytes > append.keep().bytes())) {
            bytes -= entries.remove().content().length;
        }
        return last;
    }

    LogRange range() {
        return new LogRange(last - entries.size() + 1, last);
    }

    List<LogEntry> read(long after, int limit) {
        List<LogEntry> found = new ArrayList<>();
        for (LogEntry entry : entries) {
            if (found.size() == limit) break;
            if (entry.sequence() > after) found.add(entry);
        }
        return found;
    }
}
