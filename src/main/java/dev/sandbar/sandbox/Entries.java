package dev.sandbar.sandbox;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sandboxes that exist, by id; each has a place that was reserved before and is freed when it leaves. */
final class Entries {

    private static final Logger log = LoggerFactory.getLogger(Entries.class);

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final SandboxIds ids = new SandboxIds(new SecureRandom());
    private final Places places;
    private final Ended ended;
    private volatile boolean closed;

    Entries(Places places, Ended ended) {
        this.places = places;
        this.ended = ended;
    }

    /** An id that no sandbox has or ever had. */
    String newId() {
        return ids.next();
    }

    /** Reserves a place for one of this owner; refused after {@link #close}. */
    Places.Place reserve(String owner) {
        if (closed) throw refused();
        return places.take(owner);
    }

    /** Enters what is to be made in a place, under an id of {@link #newId}; refused after {@link #close}. */
    Entry enter(Places.Place place, Supplier<Sandbox> first) {
        if (!place.settle()) throw new CancellationException("whoever asked for it has left");
        try {
            Entry entry = new Entry(first.get(), place);
            if (entries.putIfAbsent(entry.id(), entry) != null)
                throw new IllegalStateException(entry.id() + " is there");
            if (closed) throw refused(entry);
            return entry;
        } catch (RuntimeException refused) {
            place.close();
            throw refused;
        }
    }

    /** Looked at when it is in the table: whoever has closed finds there what was let in. */
    private RejectedExecutionException refused(Entry entry) {
        discard(entry);
        return refused();
    }

    private static RejectedExecutionException refused() {
        return new RejectedExecutionException("the service stops");
    }

    /** Lets no new one in. */
    void close() {
        closed = true;
    }

    /** Enters a sandbox of an earlier run; null when it is there already. */
    @Nullable Entry enter(Records.Kept kept) {
        Entry entry = new Entry(kept, places.force(kept.sandbox().owner()));
        entry.creationOver();
        if (entries.putIfAbsent(entry.id(), entry) == null) return entry;
        entry.leave();
        return null;
    }

    /** Its record says that it is gone; called in its turn. It is found in one of both places at any moment. */
    void retire(Entry entry) {
        if (entry.left()) return;
        Sandbox gone = entry.now();
        ended.add(gone);
        remove(entry);
        log.info("Sandbox {} of {} has ended: {}", gone.id(), gone.owner(), gone.cause());
    }

    /** Nothing was ever recorded of it, and nothing made. */
    void discard(Entry entry) {
        remove(entry);
    }

    private void remove(Entry entry) {
        entries.remove(entry.id(), entry);
        entry.leave();
    }

    @Nullable Entry find(String id) {
        return entries.get(id);
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    int count() {
        return entries.size();
    }

    List<Sandbox> running(Predicate<Sandbox> wanted) {
        return entries.values().stream()
                .filter(Entry::usable)
                .map(Entry::now)
                .filter(sandbox -> sandbox.running() && wanted.test(sandbox))
                .sorted(Comparator.comparing(Sandbox::startedAt).thenComparing(Sandbox::id))
                .toList();
    }
}
