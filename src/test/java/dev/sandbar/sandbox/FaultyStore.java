package dev.sandbar.sandbox;

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
        String names = changes.stream()
                .map(change -> change.getClass().getSimpleName())
                .collect(Collectors.joining("+", "commit ", ""));
        return step(names, store.commit(changes));
    }

    @Override
    public Mono<Document> find(String kind, String id) {
        return step("find", store.find(kind, id));
    }

    @Override
    public Flux<Document> list(String kind) {
        return step("list", store.list(kind).collectList()).flatMapIterable(all -> all);
    }

    @Override
    public Mono<LogRange> range(String log) {
        return step("range", store.range(log));
    }

    @Override
    public Flux<LogEntry> read(String log, long after, int limit) {
        return step("read", store.read(log, after, limit).collectList()).flatMapIterable(all -> all);
    }

    private <T> Mono<T> step(String name, Mono<T> work) {
        return faults.step(
                name,
                work,
                new StoreException.Busy("it was told to refuse"),
                new StoreException.Unavailable("it was told to fail", null));
    }
}
