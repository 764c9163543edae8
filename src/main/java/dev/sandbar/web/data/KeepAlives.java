package dev.sandbar.web.data;

import java.time.Duration;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * How often a stream says that it lives.
 *
 * @param usual without the client's wish
 */
record KeepAlives(Duration usual) {

    private static final int LONGEST = 3600;

    /** By the client's {@code Keepalive-Ping-Interval} in seconds, where that makes sense. */
    Duration interval(ServerRequest request) {
        String text = request.headers().firstHeader("Keepalive-Ping-Interval");
        if (text == null || !text.matches("[0-9]{1,6}")) return usual;
        return Duration.ofSeconds(Math.min(LONGEST, Math.max(1, Long.parseLong(text))));
    }
}
