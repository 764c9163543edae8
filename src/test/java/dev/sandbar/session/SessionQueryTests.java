package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandbar.session.SessionQuery.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionQueryTests {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    private static Session session(String id, int second, @Nullable String key, Map<String, String> metadata) {
        Instant at = AT.plusSeconds(second);
        return new Session(
                id,
                "ann",
                new Terms(key, "base", Map.of(), Duration.ofMinutes(15), at, null),
                null,
                metadata,
                0,
                id.startsWith("idle"),
                Slot.none(at),
                Set.of(),
                null,
                List.of(),
                AutoApproval.off(0),
                at,
                null,
                null,
                null);
    }

    private static final List<Session> ALL = List.of(
            session("a", 1, "k", Map.of("x", "1")),
            session("idle", 2, null, Map.of("x", "1", "y", "2")),
            session("c", 3, "other", Map.of()),
            session("b", 3, null, Map.of("x", "2")));

    private static List<String> ids(SessionQuery query) {
        return query.of(ALL).sessions().stream().map(Session::id).toList();
    }

    private static SessionQuery page(@Nullable Place after, int limit) {
        return new SessionQuery(Set.of(), Map.of(), null, after, limit);
    }

    @Test
    void pagesAreInOrderAndWithoutHoles() {
        assertThat(ids(page(null, 4))).containsExactly("c", "b", "idle", "a");
        assertThat(page(null, 4).of(ALL).next()).isNull();
        SessionQuery.Page first = page(null, 2).of(ALL);
        assertThat(first.sessions()).extracting(Session::id).containsExactly("c", "b");
        SessionQuery.Page second = page(first.next(), 2).of(ALL);
        assertThat(second.sessions()).extracting(Session::id).containsExactly("idle", "a");
        assertThat(second.next()).isNull();
        assertThat(page(null, 3).of(ALL).next()).isEqualTo(new Place(AT.plusSeconds(2), "idle"));
    }

    @Test
    void onlyThoseThatMatchAreFound() {
        assertThat(ids(new SessionQuery(Set.of(SessionState.IDLE), Map.of(), null, null, 9)))
                .containsExactly("idle");
        assertThat(ids(new SessionQuery(Set.of(SessionState.ACTIVE), Map.of(), null, null, 9)))
                .containsExactly("c", "b", "a");
        assertThat(ids(new SessionQuery(Set.of(), Map.of("x", "1"), null, null, 9)))
                .containsExactly("idle", "a");
        assertThat(ids(new SessionQuery(Set.of(), Map.of(), "k", null, 9))).containsExactly("a");
    }

    @Test
    void pageHasAtLeastOne() {
        assertThat(ids(page(null, 1))).containsExactly("c");
        assertThatIllegalArgumentException().isThrownBy(() -> page(null, 0));
    }
}
