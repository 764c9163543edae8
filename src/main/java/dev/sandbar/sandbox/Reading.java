package dev.sandbar.sandbox;

import dev.sandbar.runtime.Usage;
import java.time.Instant;

/**
 * What a sandbox uses.
 *
 * @param from begin of the interval over which the processors were watched
 * @param cpus how many processors it may use
 * @param cpuPercent how much of all of them it used, from 0 to 100; a burst over its share counts as 100
 * @param usage at the end of the interval
 */
public record Reading(Instant from, int cpus, double cpuPercent, Usage usage) {}
