package dev.sandbar.session;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of an owner's sessions are wanted, the newest first.
 *
 * @param states all of these; none means any
 * @param metadata what theirs has to contain
 * @param key theirs; null for any
 * @param after where the page before ended; null for the first page
 * @param limit most on one page, at least 1
 */
public record SessionQuery(
        Set<SessionState> states,
        Map<String, String> metadata,
        @Nullable String key,
        @Nullable Place after,
        int limit) {

    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::createdAt).thenComparing(Place::id).reversed();

    public SessionQuery {
        states = Set.copyOf(states);
        metadata = Map.copyOf(metadata);
        if (limit < 1) throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }

    /** A place in the order of all sessions, whether one is there or not. */
    public record Place(Instant createdAt, String id) {}

    /**
     * One page.
     *
     * @param next where it ends; null for the last one
     */
    public record Page(List<Session> sessions, @Nullable Place next) {}

    Page of(List<Session> all) {
        List<Session> behind = all.stream()
                .filter(this::matches)
                .filter(session -> after == null || ORDER.compare(place(session), after) > 0)
                .sorted(Comparator.comparing(SessionQuery::place, ORDER))
                .limit(limit + 1L)
                .toList();
        boolean more = behind.size() > limit;
        List<Session> page = more ? behind.subList(0, limit) : behind;
        return new Page(page, more ? place(page.get(limit - 1)) : null);
    }

    private boolean matches(Session session) {
        return (states.isEmpty() || states.contains(session.state()))
                && (key == null || key.equals(session.terms().key()))
                && session.metadata().entrySet().containsAll(metadata.entrySet());
    }

    private static Place place(Session session) {
        return new Place(session.terms().createdAt(), session.id());
    }
}
