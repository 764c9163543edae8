package dev.sandbar.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A session as JSON in the store, with the version of its form. Unknown fields are passed over, so that one may be added;
 * a record of a newer form is refused, and left alone. Its mapper is its own: what an embedder sets doesn't change it.
 */
final class SessionCodec {

    private static final int VERSION = 1;

    private final JsonMapper mapper = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private record Stored(
            @JsonProperty("version") int version,
            @JsonProperty("session") Session session) {}

    byte[] write(Session session) {
        return mapper.writeValueAsBytes(new Stored(VERSION, session));
    }

    /** Throws {@link tools.jackson.core.JacksonException} or {@link IllegalArgumentException} for anything else. */
    Session read(byte[] json) {
        Stored stored = mapper.readValue(json, Stored.class);
        if (stored.version() != VERSION || stored.session() == null) {
            throw new IllegalArgumentException("a session of form " + stored.version() + ", not " + VERSION);
        }
        return stored.session();
    }
}
