package dev.sandbar.client;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Saved tokens as JSON: a version, the tokens by sandbox, and what was dropped. The same tokens give the same bytes. What
 * is unreadable is left out one by one; its text is in no error, since it may hold secrets.
 */
final class SavedTokensJson {

    private static final int VERSION = 1;

    /** Not JSON, or not of this kind. */
    static final class CorruptException extends IOException {
        private static final long serialVersionUID = 1L;

        CorruptException() {
            super("doesn't hold saved tokens");
        }
    }

    /** Of a version to come, whose meaning isn't known. */
    static final class NewerException extends IOException {
        private static final long serialVersionUID = 1L;

        NewerException(int version) {
            super("has version " + version + ", a newer one than " + VERSION + ": it is left alone");
        }
    }

    private final JsonMapper mapper = new JsonMapper();

    byte[] write(SavedTokens saved) {
        ObjectNode json = mapper.createObjectNode();
        json.put("version", VERSION);
        ObjectNode tokens = json.putObject("sandboxes");
        new TreeMap<>(saved.tokens()).forEach((id, token) -> tokens.set(id, write(token)));
        ObjectNode dropped = json.putObject("dropped");
        new TreeMap<>(saved.dropped()).forEach((id, upTo) -> dropped.put(id, upTo));
        json.put("cleared", saved.cleared());
        return mapper.writeValueAsBytes(json);
    }

    private ObjectNode write(SavedToken token) {
        ObjectNode json = mapper.createObjectNode();
        json.put("token", token.token());
        if (token.gatewayUrl() != null)
            json.put("gatewayUrl", token.gatewayUrl().toString());
        json.put("issuedAt", token.issuedAt());
        json.put("expiresAt", token.expiresAt());
        if (token.gpu() != null) json.put("gpu", token.gpu());
        return json;
    }

    /** Throws {@link CorruptException} or {@link NewerException}. */
    SavedTokens read(byte[] content) throws IOException {
        JsonNode json = parse(content);
        int version = json.path("version").asInt(0);
        if (version > VERSION) throw new NewerException(version);
        if (version != VERSION || !json.path("sandboxes").isObject()) throw new CorruptException();
        SavedTokens saved = new SavedTokens();
        saved.clear(json.path("cleared").asLong(0));
        for (Map.Entry<String, JsonNode> entry : json.path("dropped").properties()) {
            if (entry.getValue().isIntegralNumber())
                saved.drop(entry.getKey(), entry.getValue().asLong(0));
        }
        for (Map.Entry<String, JsonNode> entry : json.path("sandboxes").properties()) {
            SavedToken token = token(entry.getValue());
            if (token != null) saved.put(entry.getKey(), token);
        }
        return saved;
    }

    private JsonNode parse(byte[] content) throws CorruptException {
        try {
            JsonNode json = mapper.readTree(content);
            if (json != null && json.isObject()) return json;
        } catch (JacksonException unreadable) {
            // its message may quote a token
        }
        throw new CorruptException();
    }

    private static @Nullable SavedToken token(JsonNode json) {
        JsonNode token = json.path("token");
        JsonNode issuedAt = json.path("issuedAt");
        JsonNode expiresAt = json.path("expiresAt");
        if (!token.isString() || !issuedAt.canConvertToLong() || !expiresAt.canConvertToLong()) return null;
        if (token.asString().isEmpty() || issuedAt.asLong() <= 0 || expiresAt.asLong() <= 0) return null;
        try {
            JsonNode url = json.path("gatewayUrl");
            JsonNode gpu = json.path("gpu");
            return new SavedToken(
                    token.asString(),
                    url.isString() ? new URI(url.asString()) : null,
                    issuedAt.asLong(),
                    expiresAt.asLong(),
                    gpu.isBoolean() ? (Boolean) gpu.asBoolean() : null);
        } catch (URISyntaxException unreadable) {
            return null;
        }
    }
}
