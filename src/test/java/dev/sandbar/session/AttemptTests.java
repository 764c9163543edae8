package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class AttemptTests {

    private final Attempts attempts = new Attempts();

    @Test
    void cancelBeforeItBeginsEndsItAtOnce() {
        Attempt attempt = new Attempt("i1", 3);
        attempt.cancel();
        assertThat(attempt.begin()).isFalse();
        assertThat(attempt.cancelled()).isTrue();
        StepVerifier.create(attempt.stopped()).verifyComplete();
    }

    @Test
    void cancelOfOneThatHasBegunLeavesItToBeCut() {
        Attempt attempt = new Attempt("i1", 3);
        assertThat(attempt.begin()).isTrue();
        assertThat(attempt.cancelled()).isFalse();
        attempt.cancel();
        assertThat(attempt.cancelled()).isTrue();
        StepVerifier.create(attempt.stopped())
                .expectSubscription()
                .then(attempt::cut)
                .verifyComplete();
    }

    @Test
    void oneSandboxIsMadeOnceAtATime() {
        Attempt first = attempts.begin("i1", 3);
        assertThat(first).isNotNull();
        assertThat(first.sandboxId()).isEqualTo("i1");
        assertThat(first.generation()).isEqualTo(3);
        assertThat(attempts.begin("i1", 4)).isNull();
        assertThat(attempts.of("i1")).isSameAs(first);
        assertThat(attempts.all()).containsExactly(first);
        StepVerifier.create(first.done())
                .expectSubscription()
                .then(() -> attempts.over(first))
                .verifyComplete();
        assertThat(attempts.of("i1")).isNull();
        assertThat(attempts.begin("i1", 4)).isNotNull();
        attempts.over(first);
        assertThat(attempts.of("i1")).isNotNull();
    }

    @Test
    void lastCallThatLeavesIsWaitedFor() {
        Runs runs = new Runs();
        StepVerifier.create(runs.none()).verifyComplete();
        Runs.Run one = runs.enter();
        Runs.Run other = runs.enter();
        assertThat(runs.size()).isEqualTo(2);
        StepVerifier.create(runs.none())
                .expectSubscription()
                .then(() -> runs.leave(one))
                .then(() -> assertThat(runs.size()).isEqualTo(1))
                .then(() -> runs.leave(other))
                .verifyComplete();
        runs.leave(other);
        assertThat(runs.size()).isZero();
    }

    @Test
    void firstReasonOfACutCounts() {
        Runs runs = new Runs();
        Runs.Run run = runs.enter();
        assertThat(run.cut()).isNull();
        runs.cut(Cut.STOPPED);
        runs.cut(Cut.STOPPED_EARLY);
        assertThat(run.cut()).isSameAs(Cut.STOPPED);
        StepVerifier.create(run.stopped()).expectNext(Cut.STOPPED).verifyComplete();
        assertThat(runs.enter().cut()).isNull();
    }
}
