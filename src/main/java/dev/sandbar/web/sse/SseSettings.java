package dev.sandbar.web.sse;

import java.time.Duration;

/**
 * Settings of streams.
 *
 * @param heartbeat after which a comment is written when nothing else was
 * @param patience after which a client that takes nothing of what waits for it is cut off
 * @param grace after which a stream that was ended is cut off when it still isn't through
 */
public record SseSettings(Duration heartbeat, Duration patience, Duration grace) {

    public static final SseSettings DEFAULT =
            new SseSettings(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(1));
}
