package dev.sandbar.sandbox;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Duration;

/**
 * Settings of the sandboxes.
 *
 * @param limits ceilings of each sandbox
 * @param most how many may exist at once, those that are being made or ended included
 * @param mostPerOwner the same of one owner
 * @param longest how far in the future a deadline may lie
 * @param creationLimit after which a creation that doesn't come to an end is given up
 * @param keep what is remembered of sandboxes that have ended
 */
public record SandboxSettings(
        Limits limits, int most, int mostPerOwner, Duration longest, Duration creationLimit, Keep keep) {

    /**
     * What is remembered of sandboxes that have ended: their records, events and commands.
     *
     * @param ended for how long
     * @param most of how many; beyond that the oldest ones are forgotten early
     * @param files how long the record and the files of one are kept that was ended by a restart of the machine; these
     *     don't count as one of {@code most}
     */
    public record Keep(Duration ended, int most, Duration files) {
        public static final Keep DEFAULT = new Keep(Duration.ofHours(1), 1000, Duration.ofHours(24));
    }
}
