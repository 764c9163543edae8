package dev.sandbar.web.idempotency;

import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Which keys are remembered, in all and of each owner. Each step is atomic; none waits. */
final class KeyMarks {

    private static final Comparator<Mark> BY_AGE =
            Comparator.comparing(Mark::at).thenComparing(Mark::id);

    private final Map<String, Own> owners = new HashMap<>();
    private final IdempotencySettings settings;
    private int count;

    KeyMarks(IdempotencySettings settings) {
        this.settings = settings;
    }

    /**
     * A key that is remembered.
     *
     * @param version of its record; {@link dev.sandbar.store.Change#ANY} where that isn't known
     */
    record Mark(String owner, String id, Instant at, long version) {}

    /** The keys of one owner. */
    private record Own(Map<String, Mark> byId, NavigableSet<Mark> byAge) {

        Own() {
            this(new HashMap<>(), new TreeSet<>(BY_AGE));
        }

        void put(Mark mark) {
            remove(mark.id());
            byId.put(mark.id(), mark);
            byAge.add(mark);
        }

        void remove(String id) {
            Mark old = byId.remove(id);
            if (old != null) byAge.remove(old);
        }
    }

    /** Notes a key and whether it is a new one, or refuses that by an {@link ApiException}. */
    synchronized boolean add(Mark mark) {
        Own own = owners.getOrDefault(mark.owner(), new Own());
        if (own.byId().containsKey(mark.id())) return false;
        if (own.byId().size() >= settings.mostPerOwner())
            throw tooMany(own.byAge().first(), mark.at());
        if (count >= settings.most()) throw tooMany();
        put(mark);
        return true;
    }

    /** Notes what is recorded of a key now. */
    synchronized void put(Mark mark) {
        Own own = owners.computeIfAbsent(mark.owner(), owner -> new Own());
        if (!own.byId().containsKey(mark.id())) count++;
        own.put(mark);
    }

    /** Forgets a key, unless another thing was noted of it since. */
    synchronized void remove(Mark mark) {
        Own own = owners.get(mark.owner());
        if (own == null || !mark.equals(own.byId().get(mark.id()))) return;
        own.remove(mark.id());
        count--;
        if (own.byId().isEmpty()) owners.remove(mark.owner());
    }

    /** Those that are remembered for long enough, at most so many. */
    synchronized List<Mark> due(Instant now, int limit) {
        List<Mark> due = new ArrayList<>();
        for (Own own : owners.values()) {
            for (Mark mark : own.byAge()) {
                if (due.size() >= limit || mark.at().plus(settings.retention()).isAfter(now)) break;
                due.add(mark);
            }
        }
        return due;
    }

    synchronized int count() {
        return count;
    }

    private ApiException tooMany(Mark oldest, Instant now) {
        Duration left = Duration.between(now, oldest.at().plus(settings.retention()));
        String message =
                "You have " + settings.mostPerOwner() + " Idempotency-Keys that are remembered, which is the limit"
                        + " (sandbar.idempotency.most-per-owner): ask without one, or when the oldest is forgotten";
        return new ApiException(429, message, Map.of(Failure.RETRY_AFTER, Math.max(1, left.toSeconds())));
    }

    private ApiException tooMany() {
        String message = "There are " + settings.most() + " Idempotency-Keys that are remembered, which is the limit"
                + " (sandbar.idempotency.most): ask without one, or later";
        return new ApiException(503, message, Map.of(Failure.RETRY_AFTER, 60));
    }
}
