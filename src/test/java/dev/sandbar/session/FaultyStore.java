package dev.sandbar.session;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store as one run of the service meets it. */
record FaultyStore(Store store, Faults faults) implements Store {

    @Override
    public Mono<Commit> commit(List<Change> changes) {
        String names = changes.stream().map(FaultyStore::name).collect(Collectors.joining("+", "commit ", ""));
        return faults.step(names, store.commit(changes), new StoreException.Unavailable("it was told to fail", null));
    }

    private static String name(Change change) {
        return change instanceof Change.Put put
                ? "Put " + put.kind()
                : change.getClass().getSimpleName();
    }

    @Override
    public Mono<Document> find(String kind, String id) {
        return faults.step("find", store.find(kind, id), new StoreException.Busy("it was told to refuse"));
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
        return store.read(log, after, limit);
    }
}
