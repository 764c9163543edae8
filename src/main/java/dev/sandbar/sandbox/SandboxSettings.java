package dev.sandbar.sandbox;

import dev.sandbar.async.FairQueue;
import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Duration;
import reactor.core.scheduler.Schedulers;

/**
 * Settings of the sandboxes.
 *
 * @param limits ceilings of each sandbox
 * @param most how many may exist at once, those that are being made or ended included
 * @param mostPerOwner the same of one owner
 * @param longest how far in the future a deadline may lie
 * @param creationLimit after which a creation that doesn't come to an end is given up
 * @param keep what is remembered of sandboxes that have ended
 * @param creations how many are made at once, and how many creations wait for that
 */
public record SandboxSettings(
        Limits limits,
        int most,
        int mostPerOwner,
        Duration longest,
        Duration creationLimit,
        Keep keep,
        Creations creations) {

    /** With the usual number of creations at once. */
    public SandboxSettings(
            Limits limits, int most, int mostPerOwner, Duration longest, Duration creationLimit, Keep keep) {
        this(limits, most, mostPerOwner, longest, creationLimit, keep, Creations.DEFAULT);
    }

    /**
     * Creations, which wait for their turn in a line that is fair between owners.
     *
     * @param atOnce how many sandboxes are made at once; 0 for as many as suit this machine's processors
     * @param waiting how many more may wait
     * @param waitingPerOwner the same of one owner
     * @param patience after which one that waits is refused; the creation itself has its own limit, from its begin on
     */
    public record Creations(int atOnce, int waiting, int waitingPerOwner, Duration patience) {

        public static final Creations DEFAULT = new Creations(0, 1000, 500, Duration.ofSeconds(60));

        /** A launch waits for the kernel's namespaces and mounts more than it computes. */
        private static final int PER_PROCESSOR = 4;

        public Creations {
            if (atOnce < 0) throw new IllegalArgumentException("sandboxes made at once must not be " + atOnce);
            bounds(atOnce, waiting, waitingPerOwner, patience);
        }

        FairQueue.Bounds bounds() {
            return bounds(atOnce, waiting, waitingPerOwner, patience);
        }

        private static FairQueue.Bounds bounds(int atOnce, int waiting, int waitingPerOwner, Duration patience) {
            int most = atOnce == 0 ? PER_PROCESSOR * Schedulers.DEFAULT_POOL_SIZE : atOnce;
            return new FairQueue.Bounds(most, most, waiting, waitingPerOwner, patience);
        }
    }

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
