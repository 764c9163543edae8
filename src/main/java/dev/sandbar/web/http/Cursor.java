package dev.sandbar.web.http;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Comparator;

/** Where a page ended: a place in the order of all things listed, so that others may come and go meanwhile. */
public record Cursor(Instant startedAt, String id) implements Comparable<Cursor> {

    private static final Comparator<Cursor> ORDER =
            Comparator.comparing(Cursor::startedAt).thenComparing(Cursor::id);

    /** Times have milliseconds, as those of all things listed: a place between two of them would hide or repeat one. */
    public Cursor {
        startedAt = startedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** {@link ApiException} 400 for a token that {@link #token} has not made. */
    public static Cursor parse(String token) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(":", -1);
            if (parts.length != 3) throw new IllegalArgumentException(token);
            return new Cursor(Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1])), parts[2]);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException wrong) {
            throw ApiException.invalid("\"nextToken\" is not one that this service gave out");
        }
    }

    public String token() {
        String place = startedAt.getEpochSecond() + ":" + startedAt.getNano() + ":" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int compareTo(Cursor other) {
        return ORDER.compare(this, other);
    }
}
