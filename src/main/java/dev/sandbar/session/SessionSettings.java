package dev.sandbar.session;

import java.time.Duration;

/**
 * Settings of sessions.
 *
 * @param most how many may be active at once, in all
 * @param mostPerOwner the same of one owner
 * @param idleTimeout after which without use a session is evicted, where it says nothing else
 * @param longest idle time-out and lifetime that may be asked for
 * @param lease for how long its sandbox may live without being renewed
 * @param capMicros of the budget where nobody says another, in millionths of a US dollar
 * @param waits deadlines of what is waited for
 * @param creations how many sandboxes are made at once
 * @param keep what is remembered
 */
public record SessionSettings(
        int most,
        int mostPerOwner,
        Duration idleTimeout,
        Duration longest,
        Duration lease,
        long capMicros,
        Waits waits,
        Creations creations,
        Keep keep) {

    public static final SessionSettings DEFAULT = new SessionSettings(
            5000,
            1000,
            Duration.ofMinutes(15),
            Duration.ofDays(30),
            Duration.ofHours(1),
            5_000_000,
            Waits.DEFAULT,
            Creations.DEFAULT,
            Keep.DEFAULT);

    /**
     * Deadlines.
     *
     * @param sandbox how long a call waits for the session's sandbox
     * @param cancel how long a creation that was cancelled may go on before it is cut
     * @param approval after which an undecided approval expires
     * @param pageHide how long the wish of a page that was left may be withdrawn
     * @param replacement how long the replacement of a sandbox may take
     */
    public record Waits(Duration sandbox, Duration cancel, Duration approval, Duration pageHide, Duration replacement) {
        public static final Waits DEFAULT = new Waits(
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofMinutes(30),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10));
    }

    /**
     * Creations at once; of one owner there is one at a time.
     *
     * @param preloads without approval, in all
     * @param approved with approval, in all
     */
    public record Creations(int preloads, int approved) {
        public static final Creations DEFAULT = new Creations(16, 16);
    }

    /**
     * What is remembered.
     *
     * @param ended for how long sessions that have ended, with their events
     * @param most how many of these
     * @param idle after which an evicted session ends
     * @param mostIdle how many evicted ones; beyond that the oldest end early
     */
    public record Keep(Duration ended, int most, Duration idle, int mostIdle) {
        public static final Keep DEFAULT = new Keep(Duration.ofHours(24), 5000, Duration.ofDays(7), 20_000);
    }
}
