package dev.sandbar.command;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/** When what failed is tried again. */
final class Again {

    private static final Logger log = LoggerFactory.getLogger(Again.class);

    private final Scheduler timer;

    Again(Scheduler timer) {
        this.timer = timer;
    }

    /** For some seconds. */
    Retry whileInputIsUnderWay() {
        return Retry.backoff(40, Duration.ofMillis(2))
                .maxBackoff(Duration.ofMillis(250))
                .scheduler(timer)
                .filter(error -> error instanceof AgentException refusal && refusal.code() == AgentException.Code.BUSY)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    /** For ever. */
    Retry whileTheStoreRefuses() {
        return Retry.fixedDelay(Long.MAX_VALUE, Duration.ofSeconds(1))
                .scheduler(timer)
                .filter(error -> error instanceof StoreException);
    }

    /** Whatever failed, until nobody needs it any more. */
    Retry unless(BooleanSupplier over) {
        return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                .maxBackoff(Duration.ofSeconds(5))
                .scheduler(timer)
                .filter(error -> !over.getAsBoolean())
                .doBeforeRetry(Again::warn);
    }

    private static void warn(Retry.RetrySignal signal) {
        if (signal.totalRetries() == 0) log.warn("Commands can't be taken up again yet", signal.failure());
    }
}
