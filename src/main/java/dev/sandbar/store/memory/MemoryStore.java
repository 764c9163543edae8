package dev.sandbar.store.memory;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store in memory. Answers at once, on the caller's thread; its lock is held for a few steps in memory only. */
public final class MemoryStore implements Store {

    private final Map<String, NavigableMap<String, Document>> kinds = new HashMap<>();
    private final Map<String, MemoryLog> logs = new HashMap<>();
    private long version;

    @Override
    public Mono<Commit> commit(List<Change> changes) {
        return Mono.fromSupplier(() -> apply(Change.together(changes)));
    }

    private synchronized Commit apply(List<Change> changes) {
        changes.forEach(this::check);
        version++;
        Map<String, Long> last = new HashMap<>();
        for (Change change : changes) {
            if (change instanceof Change.Put put) put(put);
            else if (change instanceof Change.Delete delete) remove(delete);
            else if (change instanceof Change.Append append) last.put(append.log(), append(append));
            else if (change instanceof Change.Drop drop) logs.remove(drop.log());
        }
        return new Commit(version, last);
    }

    private void check(Change change) {
        if (change instanceof Change.Put put) check(put.kind(), put.id(), put.expected());
        if (change instanceof Change.Delete delete) check(delete.kind(), delete.id(), delete.expected());
    }

    private void check(String kind, String id, long expected) {
        Document document = kind(kind).get(id);
        long now = document == null ? Change.NEW : document.version();
        if (expected != Change.ANY && expected != now) throw new StoreException.Conflict(kind, id);
    }

    private void put(Change.Put put) {
        kinds.computeIfAbsent(put.kind(), kind -> new TreeMap<>())
                .put(put.id(), new Document(put.kind(), put.id(), version, put.content()));
    }

    private void remove(Change.Delete delete) {
        kinds.computeIfPresent(delete.kind(), (kind, documents) -> {
            documents.remove(delete.id());
            return documents.isEmpty() ? null : documents;
        });
    }

    private long append(Change.Append append) {
        if (append.entries().isEmpty()) return rangeOf(append.log()).last();
        return logs.computeIfAbsent(append.log(), name -> new MemoryLog()).append(append);
    }

    private NavigableMap<String, Document> kind(String kind) {
        return kinds.getOrDefault(kind, Collections.emptyNavigableMap());
    }

    @Override
    public Mono<Document> find(String kind, String id) {
        return Mono.fromSupplier(() -> document(kind, id));
    }

    private synchronized @Nullable Document document(String kind, String id) {
        return kind(kind).get(id);
    }

    @Override
    public Flux<Document> list(String kind) {
        return Flux.defer(() -> Flux.fromIterable(documents(kind)));
    }

    private synchronized List<Document> documents(String kind) {
        return new ArrayList<>(kind(kind).values());
    }

    @Override
    public Mono<LogRange> range(String log) {
        return Mono.fromSupplier(() -> rangeOf(log));
    }

    private synchronized LogRange rangeOf(String log) {
        MemoryLog known = logs.get(log);
        return known == null ? LogRange.NONE : known.range();
    }

    @Override
    public Flux<LogEntry> read(String log, long after, int limit) {
        return Flux.defer(() -> Flux.fromIterable(entries(log, after, limit)));
    }

    private synchronized List<LogEntry> entries(String log, long after, int limit) {
        MemoryLog known = logs.get(log);
        return known == null ? List.of() : known.read(after, limit);
    }
}
