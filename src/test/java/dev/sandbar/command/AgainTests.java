package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.retry.Retry;

class AgainTests {

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final Again again = new Again(timer);
    private int attempts;

    private Mono<String> failingTwice(RuntimeException error, Retry retry) {
        return Mono.defer(() -> ++attempts <= 2 ? Mono.<String>error(error) : Mono.just("done"))
                .retryWhen(retry);
    }

    @Test
    void whatTheStoreRefusesIsTriedEachSecond() {
        StepVerifier.create(failingTwice(new StoreException.Unavailable("full", null), again.whileTheStoreRefuses()))
                .then(() -> timer.advanceTimeBy(Duration.ofMillis(1999)))
                .then(() -> assertThat(attempts).isEqualTo(2))
                .then(() -> timer.advanceTimeBy(Duration.ofMillis(1)))
                .expectNext("done")
                .verifyComplete();
    }

    @Test
    void whatIsNoRefusalOfTheStoreIsToldAtOnce() {
        StepVerifier.create(failingTwice(new IllegalStateException("a fault"), again.whileTheStoreRefuses()))
                .verifyErrorMessage("a fault");
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void onlyABusyInputIsTriedAgain() {
        AgentException busy = new AgentException(AgentException.Code.BUSY, "busy");
        StepVerifier.create(failingTwice(busy, again.whileInputIsUnderWay()))
                .then(() -> timer.advanceTimeBy(Duration.ofSeconds(1)))
                .expectNext("done")
                .verifyComplete();
        attempts = 0;
        AgentException other = new AgentException(AgentException.Code.NOT_FOUND, "gone");
        StepVerifier.create(failingTwice(other, again.whileInputIsUnderWay())).verifyErrorMessage("gone");
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void nobodyTriesForWhatIsOver() {
        StepVerifier.create(failingTwice(new IllegalStateException("a fault"), again.unless(() -> true)))
                .verifyErrorMessage("a fault");
        assertThat(attempts).isEqualTo(1);
        attempts = 0;
        StepVerifier.create(failingTwice(new IllegalStateException("a fault"), again.unless(() -> false)))
                .then(() -> timer.advanceTimeBy(Duration.ofSeconds(2)))
                .expectNext("done")
                .verifyComplete();
    }
}
