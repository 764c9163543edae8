package dev.sandbar.client;

import java.time.Duration;

/**
 * What a {@link TokenCache} has done since it was made. Counted one by one: while it is used, they may differ by a few.
 *
 * @param hits calls that found a token
 * @param misses calls that found none
 * @param joined of those, the ones that got the outcome of a request that another call had begun
 * @param remembered of those, the ones that were told of an earlier failure without asking the server
 * @param refreshes requests for tokens
 * @param failures refreshes that failed
 * @param invalidations tokens that were dropped because the server refused them
 * @param evictions sandboxes that were dropped: gone, too many, or unused for too long
 * @param refreshTime of all refreshes together
 * @param longestRefresh the longest of them
 * @param entries sandboxes of which something is kept now
 * @param saves times that the file was written
 * @param saveFailures times that it couldn't be read or written
 * @param setAside times that it was unreadable and was renamed
 */
public record TokenCacheMetrics(
        long hits,
        long misses,
        long joined,
        long remembered,
        long refreshes,
        long failures,
        long invalidations,
        long evictions,
        Duration refreshTime,
        Duration longestRefresh,
        long entries,
        long saves,
        long saveFailures,
        long setAside) {}
