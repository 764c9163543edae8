package dev.sandbar.session;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times in words. */
final class Times {

    private static final DateTimeFormatter WIRE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private Times() {}

    static String wire(Instant time) {
        return WIRE.format(time);
    }

    static String seconds(Instant since, Instant now) {
        return seconds(Duration.between(since, now));
    }

    static String seconds(Duration time) {
        return Math.max(0, time.toSeconds()) + " s";
    }
}
