package dev.sandbar.command;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store whose commits can be made to be refused, or never to be answered. */
final class FaultyStore implements Store {

    enum Fault {
        NONE,
        REFUSED,
        /** With an error that no store should have. */
        BROKEN,
        LOST_BEFORE,
        LOST_AFTER
    }

    final AtomicInteger commits = new AtomicInteger();
    volatile Fault fault = Fault.NONE;
    volatile int from = Integer.MAX_VALUE;
    volatile boolean listsHalf;
    private final Store store;

    FaultyStore(Store store) {
        this.store = store;
    }

    @Override
    public Mono<Commit> commit(List<Change> changes) {
        return Mono.defer(() -> {
            if (commits.incrementAndGet() < from) return store.commit(changes);
            return switch (fault) {
                case NONE -> store.commit(changes);
                case REFUSED -> Mono.error(new StoreException.Full("no room", null));
                case BROKEN -> Mono.error(new IllegalStateException("broken"));
                case LOST_BEFORE -> Mono.never();
                case LOST_AFTER -> store.commit(changes).then(Mono.never());
            };
        });
    }

    @Override
    public Mono<Document> find(String kind, String id) {
        return store.find(kind, id);
    }

    @Override
    public Flux<Document> list(String kind) {
        Flux<Document> all = store.list(kind);
        return listsHalf ? all.take(1).concatWith(Mono.error(new StoreException.Busy("it was told to"))) : all;
    }

    @Override
    public Mono<LogRange> range(String log) {
        return store.range(log);
    }

    @Override
    public Flux<LogEntry> read(String log, long after, int limit) {
        return store.read(log, after, limit);
    }
}
