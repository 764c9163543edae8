package dev.sandbar.gate;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
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
}
