package dev.sandbar.web.sessions;

import dev.sandbar.session.SessionQuery;
import dev.sandbar.session.SessionState;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Cursor;
import dev.sandbar.web.http.MetadataFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** Reads which sessions a list shall hold. */
final class SessionList {

    private static final int MOST = 100;

    private SessionList() {}

    static SessionQuery parse(MultiValueMap<String, String> query) {
        String metadata = query.getFirst("metadata");
        return new SessionQuery(
                states(query.getOrDefault("state", List.of())),
                metadata == null ? Map.of() : MetadataFilter.parse(metadata),
                query.getFirst("key"),
                after(query.getFirst("nextToken")),
                limit(query.getFirst("limit")));
    }

    private static Set<SessionState> states(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(SessionList::state)
                .collect(Collectors.toSet());
    }

    private static SessionState state(String name) {
        return Arrays.stream(SessionState.values())
                .filter(state -> state.wireName().equals(name))
                .findAny()
                .orElseThrow(() -> ApiException.invalid("\"state\" must be of "
                        + Arrays.stream(SessionState.values())
                                .map(SessionState::wireName)
                                .collect(Collectors.joining(", "))));
    }

    private static SessionQuery.@Nullable Place after(@Nullable String token) {
        if (token == null || token.isEmpty()) return null;
        Cursor cursor = Cursor.parse(token);
        return new SessionQuery.Place(cursor.startedAt(), cursor.id());
    }

    private static int limit(@Nullable String text) {
        if (text == null) return MOST;
        if (text.matches("\\d{1,3}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST) {
            return Integer.parseInt(text);
        }
        throw ApiException.invalid("\"limit\" must be a number from 1 to " + MOST);
    }
}
