package dev.sandbar.sandbox;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All entries by id; bounded: a place is reserved before there is an entry and freed when that has left. */
final class SandboxTable {

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final SandboxIds ids = new SandboxIds(new SecureRandom());
    private final int most;

    SandboxTable(int most) {
        this.most = most;
    }

    Entry enter(Function<String, Sandbox> first) {
        if (places.incrementAndGet() > most) {
            places.decrementAndGet();
            throw new SandboxException.LimitReached(most);
        }
        try {
            Entry entry = new Entry(first.apply(ids.next()));
            entries.put(entry.now().id(), entry);
            return entry;
        } catch (RuntimeException refused) {
            places.decrementAndGet();
            throw refused;
        }
    }

    void leave(String id) {
        if (entries.remove(id) != null) {
            places.decrementAndGet();
        }
    }

    @Nullable Entry find(String id) {
        return entries.get(id);
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    List<Sandbox> running(Predicate<Sandbox> wanted) {
        return entries.values().stream()
                .map(Entry::now)
                .filter(sandbox -> sandbox.running() && wanted.test(sandbox))
                .sorted(Comparator.comparing(Sandbox::startedAt).thenComparing(Sandbox::id))
                .toList();
    }
}
