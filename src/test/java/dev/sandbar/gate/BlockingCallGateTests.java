package dev.sandbar.gate;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BlockingCallGateTests {

    private final Mono<Boolean> wait = Mono.fromCallable(() -> new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS));

    @Test
    void waitingOnAThreadThatMustNotBlockIsAnError() {
        StepVerifier.create(wait.subscribeOn(Schedulers.parallel()))
                .verifyErrorMatches(error ->
                        error.getCause() instanceof BlockingOperationError || error instanceof BlockingOperationError);
    }

    @Test
    void waitingOnAThreadForBlockingWorkIsAllowed() {
        StepVerifier.create(wait.subscribeOn(Schedulers.boundedElastic()))
                .expectNext(false)
                .verifyComplete();
    }

    /** An error thrown out of the wait for a pool's queue would leave that queue locked, and all its timers dead. */
    @Test
    void periodicTimersEndedWhileTheirThreadIsBusyLeaveItsOtherTimersAlive() {
        Scheduler timers = Schedulers.newSingle("timers", true);
        Flux<Long> endless = Flux.interval(Duration.ofHours(1), timers);
        Flux.range(0, 100_000)
                .parallel(2)
                .runOn(Schedulers.parallel())
                .doOnNext(round -> endless.subscribe().dispose())
                .then()
                .block(Duration.ofSeconds(30));
        StepVerifier.create(Mono.delay(Duration.ofMillis(1), timers).timeout(Duration.ofSeconds(20)))
                .expectNext(0L)
                .verifyComplete();
        timers.dispose();
    }
}
