package dev.sandbar.event;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts the reads of logs and fails those that it was told to. */
final class FaultyStore implements Store {

    final AtomicInteger reads = new AtomicInteger();
    final Queue<StoreException> faults = new ConcurrentLinkedQueue<>();
    private final Store store;

    FaultyStore(Store store) {
        this.store = store;
    }

    @Override
    public Mono<Commit> commit(List<Change> changes) {
        return store.commit(changes);
    }

    @Override
    public Mono<Document> find(String kind, String id) {
        return store.find(kind, id);
    }

    @Override
    public Flux<Document> list(String kind) {
        return store.list(kind);
    }

    @Override
    public Mono<LogRange> range(String log) {
        return store.range(log);
    }

    @Override
    public Flux<LogEntry> read(String log, long after, int limit) {
        return Flux.defer(() -> {
            reads.incrementAndGet();
            StoreException fault = faults.poll();
            return fault == null ? store.read(log, after, limit) : Flux.error(fault);
        });
    }
}
