package dev.sandbar.token;

import dev.sandbar.store.Document;
import dev.sandbar.store.StoreException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A {@link TokenState} as JSON in the store, by a mapper of its own. Holds no token and no key. */
final class TokenCodec {

    private final JsonMapper mapper = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Times in milliseconds since 1970. */
    private record Stored(long generation, @Nullable String key, long expiresAt) {}

    byte[] write(TokenState state) {
        TokenState.Live live = state.live();
        return mapper.writeValueAsBytes(
                live == null
                        ? new Stored(state.generation(), null, 0)
                        : new Stored(
                                state.generation(), live.key(), live.expiresAt().toEpochMilli()));
    }

    /** What can't be read isn't taken for nothing: revoked tokens would be good again. */
    TokenState read(Document document) {
        try {
            Stored stored = mapper.readValue(document.content(), Stored.class);
            TokenState.Live live = stored.key() == null
                    ? null
                    : new TokenState.Live(stored.key(), Instant.ofEpochMilli(stored.expiresAt()));
            return new TokenState(document.version(), stored.generation(), live);
        } catch (JacksonException wrong) {
            throw new StoreException.Unavailable("the tokens of " + document.id() + " can't be read", wrong);
        }
    }
}
