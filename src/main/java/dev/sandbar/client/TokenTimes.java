package dev.sandbar.client;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Scheduler;

/**
 * What a token cache knows of time.
 *
 * @param timer measures deadlines and delays
 * @param clock the time of day, for what is kept between runs
 * @param nanos never goes back, for what is left of a token's life
 * @param random from 0 to 1, for what mustn't happen to all at once
 */
record TokenTimes(Scheduler timer, Clock clock, LongSupplier nanos, DoubleSupplier random) {

    static TokenTimes of(Scheduler timer, Clock clock) {
        return new TokenTimes(
                timer,
                clock,
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    long now() {
        return nanos.getAsLong();
    }
}
