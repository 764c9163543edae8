package dev.sandbar.client;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as it is sent and read. Unknown fields are passed over. */
final class Wire {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Wire() {}

    static byte[] write(Object value) {
        return JSON.writeValueAsBytes(value);
    }

    /** Reads a value; {@link SandboxTransportException.Malformed} names what was read, never what stands in it. */
    static <T> T read(byte[] json, Class<T> type, String what) {
        try {
            T value = JSON.readValue(json, type);
            if (value != null) return value;
        } catch (JacksonException wrong) {
            throw malformed(what, "it is no JSON of the right form");
        }
        throw malformed(what, "it is empty");
    }

    /** Whole seconds, rounded up. */
    static long seconds(Duration time) {
        return time.plusMillis(999).toSeconds();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T required(@Nullable T value, String field, String what) {
        if (value == null) throw malformed(what, "\"" + field + "\" is missing");
        return value;
    }

    /** A time by RFC 3339; null for null. */
    static @Nullable Instant time(@Nullable String text, String what) {
        if (text == null) return null;
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException wrong) {
            throw malformed(what, "a time in it can't be read");
        }
    }

    static byte[] base64(String text, String what) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw malformed(what, "its bytes are not base64");
        }
    }

    static SandboxTransportException.Malformed malformed(String what, String why) {
        return new SandboxTransportException.Malformed(what + ": the answer can't be used: " + why, null);
    }
}
