package dev.sandbar.web.wire;

import java.time.Duration;

/**
 * Limits of connections.
 *
 * @param head from the first byte of a request's head, for the first one from the connection's beginning, to its last
 * @param body how long a request's body may bring no byte while one is waited for
 * @param idle how long a connection may stay open after an answer, without another request
 * @param most connections at once, in all; fewer where the process may not open as many files
 * @param mostPerAddress at once from one address (of IPv6: from one network of 64 bits)
 * @param streams requests at once on one connection of HTTP/2
 */
public record ConnectionSettings(
        Duration head, Duration body, Duration idle, int most, int mostPerAddress, int streams) {

    private static final Duration LONGEST = Duration.ofDays(1);

    public static final ConnectionSettings DEFAULT = new ConnectionSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60), 10_000, 5_000, 100);

    public ConnectionSettings {
        check("sandbar.http.head", head);
        check("sandbar.http.body", body);
        check("sandbar.http.idle", idle);
        check("sandbar.http.connections", most);
        check("sandbar.http.connections-per-address", mostPerAddress);
        check("sandbar.http.streams", streams);
    }

    private static void check(String name, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be between 1ms and 24h, not " + value);
        }
    }

    private static void check(String name, int value) {
        if (value < 1) throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }

    /** With these deadlines. */
    public ConnectionSettings withDeadlines(Duration forHead, Duration forBody, Duration forIdle) {
        return new ConnectionSettings(forHead, forBody, forIdle, most, mostPerAddress, streams);
    }

    /** With no more connections than this. */
    public ConnectionSettings withMost(int fewer) {
        return new ConnectionSettings(head, body, idle, Math.min(most, fewer), mostPerAddress, streams);
    }
}
