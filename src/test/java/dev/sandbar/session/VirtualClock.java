package dev.sandbar.session;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A clock that goes with the virtual time of the schedulers. */
final class VirtualClock extends Clock {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final VirtualTimeScheduler time;

    VirtualClock(VirtualTimeScheduler time) {
        this.time = time;
    }

    @Override
    public Instant instant() {
        return BEGIN.plusMillis(time.now(TimeUnit.MILLISECONDS));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
