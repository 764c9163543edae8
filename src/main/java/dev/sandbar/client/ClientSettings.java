package dev.sandbar.client;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client keeps to.
 *
 * @param server base of the control plane
 * @param sandboxes base of the data plane; null where the server or its tokens say it
 * @param maxJson most bytes of an answer that is kept as a whole, and of one event of a stream
 */
record ClientSettings(
        URI server, @Nullable URI sandboxes, Protocol protocol, Limits limits, Repeats repeats, int maxJson) {

    /**
     * @param response from the request's last byte to the answer's head
     * @param idle from one piece of an answer to the next
     * @param total of a call with all its attempts; of a stream that broke, until it goes on
     */
    record Limits(Duration response, Duration idle, Duration total) {}

    /**
     * @param attempts most of them for one call
     * @param first pause behind the first failure; doubled behind each further one
     * @param longest pause
     */
    record Repeats(int attempts, Duration first, Duration longest) {}
}
