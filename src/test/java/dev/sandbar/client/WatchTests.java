package dev.sandbar.client;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class WatchTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration HEAD = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(20);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final Watch watch = new Watch(HEAD, IDLE, clock);
    private final TestPublisher<String> pieces = TestPublisher.create();

    private Flux<String> watched() {
        return watch.over(watch.received(pieces.flux()), () -> new IllegalStateException("late"));
    }

    private void pass(int seconds) {
        clock.advanceTimeBy(Duration.ofSeconds(seconds));
    }

    @Test
    void withoutAHeadItIsLate() {
        StepVerifier.create(watched())
                .then(() -> pass(9))
                .then(pieces::assertNotCancelled)
                .then(() -> pass(1))
                .expectErrorMessage("late")
                .verify(LIMIT);
        pieces.assertCancelled();
    }

    @Test
    void eachPieceIsTheBeginningOfAnotherWait() {
        watch.opened();
        StepVerifier.create(watched())
                .then(() -> pass(19))
                .then(() -> pieces.next("a"))
                .expectNext("a")
                .then(() -> pass(19))
                .then(pieces::assertNotCancelled)
                .then(() -> pass(10))
                .expectErrorMessage("late")
                .verify(LIMIT);
    }

    @Test
    void noTimePassesWhileNothingIsAskedFor() {
        watch.opened();
        StepVerifier.create(watched(), 1)
                .then(() -> pieces.next("a"))
                .expectNext("a")
                .then(() -> pass(3600))
                .then(pieces::assertNotCancelled)
                .thenRequest(1)
                .then(() -> pass(15))
                .then(pieces::assertNotCancelled)
                .then(() -> pieces.next("b"))
                .expectNext("b")
                .thenRequest(1)
                .then(() -> pass(31))
                .expectErrorMessage("late")
                .verify(LIMIT);
    }

    /** The time until something was asked for is no part of the wait for it. */
    @Test
    void whatIsAskedForLateIsWaitedForAsLongAsAnythingElse() {
        watch.opened();
        StepVerifier.create(watched(), 0)
                .then(() -> pass(19))
                .thenRequest(1)
                .then(() -> pass(19))
                .then(pieces::assertNotCancelled)
                .then(() -> pass(11))
                .expectErrorMessage("late")
                .verify(LIMIT);
    }

    @Test
    void aRequestThatIsBeingTakenIsNotLate() {
        TestPublisher<String> body = TestPublisher.create();
        StepVerifier.create(watched())
                .then(() -> watch.sent(body.flux()).subscribe())
                .then(() -> pass(9))
                .then(() -> body.next("x"))
                .then(() -> pass(9))
                .then(pieces::assertNotCancelled)
                .then(() -> pass(10))
                .expectErrorMessage("late")
                .verify(LIMIT);
    }

    @Test
    void behindTheEndItIsOverInAMomentAndNoFailure() {
        watch.opened();
        StepVerifier.create(watched())
                .then(() -> pieces.next("end"))
                .expectNext("end")
                .then(watch::ending)
                .then(() -> pass(2))
                .expectComplete()
                .verify(LIMIT);
        pieces.assertCancelled();
    }
}
