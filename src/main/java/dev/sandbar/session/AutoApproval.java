package dev.sandbar.session;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session's budget: while it is enabled, hardware that fits into it needs no person. Amounts are in millionths of a US
 * dollar.
 *
 * @param capMicros what may be spent in all
 * @param spentMicros what was spent on sandboxes that have ended
 * @param running what is set aside for the one that is there; null for none
 * @param coming what is set aside for the one that is being made; null for none
 */
public record AutoApproval(
        boolean enabled,
        long capMicros,
        long spentMicros,
        @Nullable Reservation running,
        @Nullable Reservation coming) {

    static final Duration WINDOW = Duration.ofHours(1);

    /**
     * Money for a time that was not used up yet.
     *
     * @param microsPerHour the price
     * @param from when that time began: with the sandbox, or with the reservation while there is none
     * @param until up to when it is paid for
     * @param refused why it can't go on beyond that; null where nobody has said so
     */
    public record Reservation(
            String hardware,
            long microsPerHour,
            Instant from,
            Instant until,
            @Nullable String refused) {

        long micros() {
            return cost(Duration.between(from, until));
        }

        /** What that much of it costs, rounded up. */
        long cost(Duration time) {
            long millis = Math.max(0, time.toMillis());
            long hour = WINDOW.toMillis();
            return Math.addExact(
                    Math.multiplyExact(millis / hour, microsPerHour),
                    (millis % hour * microsPerHour + hour - 1) / hour);
        }

        Reservation renewed() {
            return new Reservation(hardware, microsPerHour, from, until.plus(WINDOW), null);
        }

        Reservation begun(Instant at) {
            return new Reservation(hardware, microsPerHour, at, at.plus(WINDOW), refused);
        }

        Reservation withRefusal(String why) {
            return new Reservation(hardware, microsPerHour, from, until, why);
        }
    }

    static AutoApproval off(long capMicros) {
        return new AutoApproval(false, capMicros, 0, null, null);
    }

    /** What is spent or set aside. */
    public long usedMicros() {
        return spentMicros + micros(running) + micros(coming);
    }

    /** What may still be set aside, never below zero. */
    public long remainingMicros() {
        return Math.max(0, capMicros - usedMicros());
    }

    private static long micros(@Nullable Reservation reservation) {
        return reservation == null ? 0 : reservation.micros();
    }

    boolean fits(long micros) {
        return micros <= remainingMicros();
    }

    AutoApproval with(boolean on, long cap) {
        return new AutoApproval(on, cap, spentMicros, running, coming);
    }

    AutoApproval withRunning(@Nullable Reservation what) {
        return new AutoApproval(enabled, capMicros, spentMicros, what, coming);
    }

    /** Sets an hour aside for what is to be made. */
    AutoApproval reserved(Hardware hardware, Instant at) {
        Reservation hour = new Reservation(hardware.name(), hardware.microsPerHour(), at, at.plus(WINDOW), null);
        return new AutoApproval(enabled, capMicros, spentMicros, running, hour);
    }

    /** What was to be made wasn't: nothing was used of it. */
    AutoApproval released() {
        return new AutoApproval(enabled, capMicros, spentMicros, running, null);
    }

    /** What was to be made is there, in place of what was there before. */
    AutoApproval arrived(Instant at) {
        return new AutoApproval(enabled, capMicros, settledSpend(at), coming == null ? null : coming.begun(at), null);
    }

    /** The sandbox that was there has ended; what is to be made comes all the same. */
    AutoApproval ended(Instant at) {
        return new AutoApproval(enabled, capMicros, settledSpend(at), null, coming);
    }

    /** Its sandbox has ended: what it really took is spent, the rest is free. */
    AutoApproval settled(Instant end) {
        return new AutoApproval(enabled, capMicros, settledSpend(end), null, null);
    }

    private long settledSpend(Instant end) {
        if (running == null) return spentMicros;
        return spentMicros + running.cost(Duration.between(running.from(), end));
    }
}
