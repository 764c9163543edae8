package dev.sandbar.sandbox;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sandbox as JSON in the store: the fields of its record by their names. Unknown ones are passed over, so that a field
 * may be added. Its mapper is its own: what an embedder sets for its web doesn't change what is stored.
 */
final class SandboxCodec {

    private final JsonMapper mapper = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    byte[] write(Sandbox sandbox) {
        return mapper.writeValueAsBytes(sandbox);
    }

    /** Throws {@link tools.jackson.core.JacksonException} for anything else. */
    Sandbox read(byte[] json) {
        return mapper.readValue(json, Sandbox.class);
    }
}
