package dev.sandbar.web.control;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Cursor;
import dev.sandbar.web.http.MetadataFilter;
import dev.sandbar.web.http.Times;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * Which sandboxes a list shall hold, and in which order.
 *
 * @param running whether running ones are asked for; there are no others yet
 * @param after where the page before ended
 */
record ListQuery(
        Map<String, String> metadata,
        boolean running,
        boolean newestFirst,
        Instant startedAfter,
        @Nullable String template,
        int limit,
        @Nullable Cursor after) {

    private static final int MOST = 100;
    private static final Set<String> STATES = Set.of("running", "paused");

    /** One page. */
    record Page(List<Sandbox> sandboxes, @Nullable String nextToken, int total) {}

    static ListQuery parse(MultiValueMap<String, String> query) {
        String metadata = query.getFirst("metadata");
        String startedAfter = query.getFirst("startedAfter");
        String token = query.getFirst("nextToken");
        return new ListQuery(
                metadata == null ? Map.of() : MetadataFilter.parse(metadata),
                running(query),
                newestFirst(query.getFirst("order")),
                startedAfter == null ? Instant.MIN : Times.parse("startedAfter", startedAfter),
                query.getFirst("template"),
                limit(query.getFirst("limit")),
                token == null || token.isEmpty() ? null : Cursor.parse(token));
    }

    private static boolean running(MultiValueMap<String, String> query) {
        List<String> states = query.getOrDefault("state", List.of()).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .toList();
        if (!STATES.containsAll(states)) throw ApiException.invalid("\"state\" must be running, paused, or both");
        return states.isEmpty() || states.contains("running");
    }

    private static boolean newestFirst(@Nullable String order) {
        if (order == null || order.equals("desc")) return true;
        if (order.equals("asc")) return false;
        throw ApiException.invalid("\"order\" must be asc or desc");
    }

    private static int limit(@Nullable String text) {
        if (text == null) return MOST;
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) return limit;
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw ApiException.invalid("\"limit\" must be a number from 1 to " + MOST);
    }

    Page apply(List<Sandbox> all) {
        Comparator<Sandbox> order = Comparator.comparing(ListQuery::place);
        List<Sandbox> matching = all.stream()
                .filter(this::matches)
                .sorted(newestFirst ? order.reversed() : order)
                .toList();
        List<Sandbox> rest = matching.stream().filter(this::isBehind).toList();
        List<Sandbox> page = rest.subList(0, Math.min(limit, rest.size()));
        String next = rest.size() > limit ? place(page.get(limit - 1)).token() : null;
        return new Page(page, next, matching.size());
    }

    private boolean matches(Sandbox sandbox) {
        return running
                && !sandbox.startedAt().isBefore(startedAfter)
                && (template == null || template.equals(sandbox.template()))
                && sandbox.metadata().entrySet().containsAll(metadata.entrySet());
    }

    private boolean isBehind(Sandbox sandbox) {
        if (after == null) return true;
        int order = place(sandbox).compareTo(after);
        return newestFirst ? order < 0 : order > 0;
    }

    private static Cursor place(Sandbox sandbox) {
        return new Cursor(sandbox.startedAt(), sandbox.id());
    }
}
