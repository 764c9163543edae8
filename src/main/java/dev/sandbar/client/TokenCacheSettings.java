package dev.sandbar.client;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link TokenCache} keeps its tokens.
 *
 * @param entries most sandboxes of which something is kept, in memory and in the file; also most requests at once
 * @param idle after which a sandbox that nobody asked for is forgotten; at least twice the refresh limit
 * @param refreshLimit after which a request for a token has failed
 * @param margin how long before its end a token is refreshed ahead; at most a fifth of its life is used, and up to a third
 *     of that is left out by chance, so that not all are refreshed at the same time. Servers that hand out the token
 *     that they have until shortly before its end should have a margin that is no shorter
 * @param clockSkew by how much the server's clock may differ, where a token's end is known by its clock only
 * @param unknownLife how long a token is used whose end the server doesn't say
 * @param longest how long a token is used at most, whatever the server says
 * @param loadLimit how long the first callers wait for the file, before they go on without it
 * @param saveDelay for how long changes are gathered before they are written, at least 50 ms
 * @param file where tokens are kept between runs; null for nowhere
 */
public record TokenCacheSettings(
        int entries,
        Duration idle,
        Duration refreshLimit,
        Duration margin,
        Duration clockSkew,
        Duration unknownLife,
        Duration longest,
        Duration loadLimit,
        Duration saveDelay,
        @Nullable Path file) {

    private static final Duration SHORTEST_DELAY = Duration.ofMillis(50);

    /** 10,000 sandboxes, in memory only. */
    public static final TokenCacheSettings DEFAULT = new TokenCacheSettings(
            10_000,
            Duration.ofHours(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofDays(1),
            Duration.ofMillis(500),
            SHORTEST_DELAY,
            null);

    public TokenCacheSettings {
        if (entries < 1) throw new IllegalArgumentException("entries must be at least 1, not " + entries);
        if (refreshLimit.isNegative() || refreshLimit.isZero()) {
            throw new IllegalArgumentException("refreshLimit must be above zero");
        }
        if (idle.compareTo(refreshLimit.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("idle must be at least twice the refreshLimit");
        }
        if (saveDelay.compareTo(SHORTEST_DELAY) < 0) {
            throw new IllegalArgumentException("saveDelay must be at least 50 ms");
        }
    }

    /** The same, kept in this file between runs; its directory is made where it is missing. */
    public TokenCacheSettings withFile(Path place) {
        return new TokenCacheSettings(
                entries, idle, refreshLimit, margin, clockSkew, unknownLife, longest, loadLimit, saveDelay, place);
    }

    /** The same for another number of sandboxes. */
    public TokenCacheSettings withEntries(int most) {
        return new TokenCacheSettings(
                most, idle, refreshLimit, margin, clockSkew, unknownLife, longest, loadLimit, saveDelay, file);
    }
}
