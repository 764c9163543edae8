package dev.sandbar.autoconfigure;

import dev.sandbar.session.SessionSettings;
import java.math.BigDecimal;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of sessions.
 *
 * @param most how many may be active at once
 * @param mostPerOwner how many of one owner may be active at once
 * @param idle after which without use a session is evicted: its sandbox ends, and its next use brings it back
 * @param longest idle time-out and lifetime that may be asked for
 * @param lease for how long a session's sandbox may live while the service is away
 * @param costCapUsd what a session's budget may spend where nobody says otherwise
 * @param hardware the catalogue of sizes; empty for config/hardware.yaml, or the one that is built in
 * @param sandboxWait how long a call waits for its session's sandbox
 * @param cancelWait how long a creation that was cancelled may go on before it is cut
 * @param approvalWait after which an undecided approval expires
 * @param pageHideWait how long the wish of a page that was left may be withdrawn
 * @param replacement how long the replacement of a sandbox may take
 * @param creations how many sandboxes without approval are made at once; of one owner there is one at a time
 * @param approvedCreations how many with an approval are made at once
 * @param ended what is remembered of those that have ended
 * @param evicted what is kept of those that were evicted
 */
public record SessionProperties(
        @DefaultValue("5000") int most,
        @DefaultValue("1000") int mostPerOwner,
        @DefaultValue("15m") Duration idle,
        @DefaultValue("30d") Duration longest,
        @DefaultValue("1h") Duration lease,
        @DefaultValue("5.00") BigDecimal costCapUsd,
        @DefaultValue("") String hardware,
        @DefaultValue("60s") Duration sandboxWait,
        @DefaultValue("30s") Duration cancelWait,
        @DefaultValue("30m") Duration approvalWait,
        @DefaultValue("30s") Duration pageHideWait,
        @DefaultValue("10m") Duration replacement,
        @DefaultValue("16") int creations,
        @DefaultValue("16") int approvedCreations,
        @DefaultValue Ended ended,
        @DefaultValue Evicted evicted) {

    /**
     * What is remembered of sessions that have ended: record and events.
     *
     * @param retention for how long
     * @param most of how many, the newest ones
     */
    public record Ended(
            @DefaultValue("24h") Duration retention,
            @DefaultValue("5000") int most) {}

    /**
     * Evicted sessions.
     *
     * @param retention after which they end
     * @param most how many there may be; beyond that the oldest ones end early
     */
    public record Evicted(
            @DefaultValue("7d") Duration retention,
            @DefaultValue("20000") int most) {}

    SessionSettings settings() {
        return new SessionSettings(
                most,
                mostPerOwner,
                idle,
                longest,
                lease,
                costCapUsd.movePointRight(6).longValueExact(),
                new SessionSettings.Waits(sandboxWait, cancelWait, approvalWait, pageHideWait, replacement),
                new SessionSettings.Creations(creations, approvedCreations),
                new SessionSettings.Keep(ended.retention(), ended.most(), evicted.retention(), evicted.most()));
    }
}
