package dev.sandbar.store.memory;

import dev.sandbar.store.Journal;
import dev.sandbar.store.Journals;
import dev.sandbar.store.StoreException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Journals in memory, for tests. Answers at once, on the caller's thread; its locks are held for a few steps in memory only. */
public final class MemoryJournals implements Journals {

    private final Map<String, Map<String, MemoryJournal>> scopes = new TreeMap<>();
    private final long perJournal;

    /** What appends wait for before they do anything: a slow disk, or one that fails. */
    public volatile Mono<Void> disk = Mono.empty();

    /** What reads wait for. */
    public volatile Mono<Void> reads = Mono.empty();

    /** How often one of them was put to rest. */
    public final AtomicInteger rests = new AtomicInteger();

    /** Whether journals that are there already can't be opened now. */
    public volatile boolean refusing;

    /** Takes how many bytes each of them keeps. */
    public MemoryJournals(long perJournal) {
        this.perJournal = perJournal;
    }

    @Override
    public synchronized Journal create(String scope, String name) {
        return scopes.computeIfAbsent(scope, key -> new TreeMap<>())
                .computeIfAbsent(name, key -> new MemoryJournal(this, perJournal));
    }

    @Override
    public Mono<Journal> open(String scope, String name) {
        return Mono.fromSupplier(() -> {
            if (refusing) throw new StoreException.Full("there is no room", null);
            return create(scope, name);
        });
    }

    @Override
    public Flux<String> scopes() {
        return Flux.defer(() -> {
            synchronized (this) {
                return Flux.fromIterable(scopes.keySet().stream()
                        .filter(scope -> used(scope).findAny().isPresent())
                        .toList());
            }
        });
    }

    @Override
    public Flux<String> names(String scope) {
        return Flux.defer(() -> {
            synchronized (this) {
                return Flux.fromIterable(used(scope).toList());
            }
        });
    }

    private Stream<String> used(String scope) {
        return scopes.getOrDefault(scope, Map.of()).entrySet().stream()
                .filter(entry -> entry.getValue().range().last() > 0)
                .map(Map.Entry::getKey);
    }

    @Override
    public Mono<Void> delete(String scope, String name) {
        return Mono.fromRunnable(() -> remove(scope, name));
    }

    private synchronized void remove(String scope, String name) {
        Map<String, MemoryJournal> journals = scopes.get(scope);
        MemoryJournal removed = journals == null ? null : journals.remove(name);
        if (removed != null) removed.delete();
    }

    @Override
    public Mono<Void> delete(String scope) {
        return Mono.fromRunnable(() -> removeAll(scope));
    }

    private synchronized void removeAll(String scope) {
        Map<String, MemoryJournal> removed = scopes.remove(scope);
        if (removed != null) removed.values().forEach(MemoryJournal::delete);
    }
}
