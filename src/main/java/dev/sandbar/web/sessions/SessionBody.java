package dev.sandbar.web.sessions;

import dev.sandbar.session.SessionRequest;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.EnvironmentRules;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of an opening; times in seconds. */
record SessionBody(
        @Nullable String key,
        @Nullable String title,
        @Nullable String templateID,
        @Nullable String hardware,
        @Nullable Map<String, @Nullable String> metadata,
        @Nullable Map<String, @Nullable String> envVars,
        @Nullable Long idleTimeout,
        @Nullable Long timeout,
        @Nullable Object source) {

    private static final int LONGEST_KEY = 255;
    private static final int LONGEST_TITLE = 1000;

    /**
     * What is asked for; {@link ApiException} says what is wrong.
     *
     * @param usualTemplate where none is named
     */
    SessionRequest toRequest(String owner, String usualTemplate) {
        if (source != null) throw ApiException.invalid("\"source\" can't be honoured: workspaces aren't offered yet");
        if (key != null && key.isEmpty()) throw ApiException.invalid("\"key\" must not be empty");
        return new SessionRequest(
                owner,
                limited("key", key, LONGEST_KEY),
                title(title),
                templateID == null ? usualTemplate : templateID,
                hardware,
                texts("metadata", metadata),
                environment(),
                seconds(idleTimeout),
                seconds(timeout));
    }

    static @Nullable String title(@Nullable String title) {
        return limited("title", title, LONGEST_TITLE);
    }

    static @Nullable String limited(String field, @Nullable String text, int most) {
        if (text == null || text.length() <= most) return text;
        throw ApiException.invalid("\"" + field + "\" must have at most " + most + " characters");
    }

    private Map<String, String> environment() {
        Map<String, String> variables = texts("envVars", envVars);
        EnvironmentRules.checkKept("envVars", variables);
        return variables;
    }

    @SuppressWarnings("NullAway") // none of the values is null
    private static Map<String, String> texts(String field, @Nullable Map<String, @Nullable String> values) {
        if (values == null) return Map.of();
        if (values.containsValue(null)) throw ApiException.invalid("The values of \"" + field + "\" must be strings");
        return Map.copyOf(values);
    }

    private static @Nullable Duration seconds(@Nullable Long value) {
        return value == null ? null : Duration.ofSeconds(value);
    }
}
