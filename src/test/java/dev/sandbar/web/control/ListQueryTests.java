package dev.sandbar.web.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxState;
import dev.sandbar.web.http.Cursor;
import dev.sandbar.web.http.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/** Lists of sandboxes that start in the same milliseconds, a few nanoseconds apart. */
class ListQueryTests {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Comparator<Sandbox> AS_TOLD = Comparator.comparing(
                    (Sandbox sandbox) -> Times.text(sandbox.startedAt()))
            .thenComparing(Sandbox::id);

    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(strings = {"asc", "desc"})
    void pagesThatAreMergedByWhatTheyTellSkipNoneAndRepeatNone(String order) {
        Comparator<Sandbox> told = order.equals("asc") ? AS_TOLD : AS_TOLD.reversed();
        List<Sandbox> there = new ArrayList<>(started(40));
        List<Sandbox> first = List.copyOf(there);
        List<Sandbox> seen = new ArrayList<>();
        String token = null;
        do {
            ListQuery.Page page = page(order, token, there);
            seen.addAll(page.sandboxes());
            token = page.nextToken();
            there.addAll(started(3));
        } while (token != null);
        assertThat(seen).containsAll(first).doesNotHaveDuplicates().isSortedAccordingTo(told);
    }

    /** Whoever merges the lists of several services has seen the times that are told, and nothing finer. */
    @Test
    void aPlaceThatIsMadeOfWhatIsToldIsThatOfTheSandbox() {
        List<Sandbox> there = started(20);
        List<Sandbox> all = page("asc", null, there).sandboxes();
        Sandbox third = all.get(2);
        String told = new Cursor(Instant.parse(Times.text(third.startedAt())), third.id()).token();
        assertThat(page("asc", told, there).sandboxes().get(0))
                .isEqualTo(there.stream().sorted(AS_TOLD).toList().get(3));
    }

    /** As services gave them out whose times were finer. */
    @Test
    void aFinerPlaceIsThatOfItsMillisecond() {
        Cursor finer = new Cursor(AT.plusNanos(999_999), "i5");
        assertThat(finer).isEqualTo(new Cursor(AT, "i5"));
        assertThat(Cursor.parse(finer.token())).isEqualTo(new Cursor(AT, "i5"));
    }

    private static ListQuery.Page page(String order, @Nullable String token, List<Sandbox> there) {
        MultiValueMap<String, String> query =
                new LinkedMultiValueMap<>(Map.of("order", List.of(order), "limit", List.of("7")));
        if (token != null) query.add("nextToken", token);
        return ListQuery.parse(query).apply(there);
    }

    private List<Sandbox> started(int count) {
        List<Sandbox> made = new ArrayList<>();
        for (int i = 0; i < count; i++) made.add(sandbox(AT.plusNanos(random.nextInt(3_000_000))));
        return made;
    }

    private Sandbox sandbox(Instant at) {
        return new Sandbox(
                "i" + Long.toString(random.nextLong() >>> 1, 36),
                "one",
                1,
                "",
                SandboxState.RUNNING,
                null,
                "base",
                new Limits(1, 64, 64, 16),
                Map.of(),
                Map.of(),
                at,
                at.plusSeconds(60),
                null);
    }
}
