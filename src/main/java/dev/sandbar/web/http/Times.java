package dev.sandbar.web.http;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Times as text: RFC 3339 with milliseconds. */
public final class Times {

    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private Times() {}

    public static String text(Instant at) {
        return FORM.format(at);
    }

    /** Reads one; {@link ApiException} 400 that names the parameter otherwise. */
    public static Instant parse(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException wrong) {
            throw ApiException.invalid("\"" + name + "\" must be a time by RFC 3339, such as 2026-01-31T12:00:00.000Z");
        }
    }
}
