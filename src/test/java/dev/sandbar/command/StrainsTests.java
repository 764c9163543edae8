package dev.sandbar.command;

import dev.sandbar.runtime.Strain;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class StrainsTests {

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private int asked;
    private Mono<Strain> answer = Mono.fromSupplier(() -> new Strain(++asked, 0));
    private final Strains strains = new Strains(sandbox -> answer, timer);

    @Test
    void recentOneIsReadOnceASecondAndAnExactOneEachTime() {
        StepVerifier.create(strains.recent("s")).expectNext(new Strain(1, 0)).verifyComplete();
        timer.advanceTimeBy(Duration.ofMillis(999));
        StepVerifier.create(strains.recent("s")).expectNext(new Strain(1, 0)).verifyComplete();
        timer.advanceTimeBy(Duration.ofMillis(1));
        StepVerifier.create(strains.recent("s")).expectNext(new Strain(2, 0)).verifyComplete();
        StepVerifier.create(strains.read("s")).expectNext(new Strain(3, 0)).verifyComplete();
        StepVerifier.create(strains.recent("s")).expectNext(new Strain(3, 0)).verifyComplete();
    }

    @Test
    void oneThatIsForgottenIsReadAnew() {
        StepVerifier.create(strains.recent("s")).expectNext(new Strain(1, 0)).verifyComplete();
        strains.forget("s");
        StepVerifier.create(strains.recent("s")).expectNext(new Strain(2, 0)).verifyComplete();
    }

    @Test
    void whatCannotBeReadIsNotKnown() {
        answer = Mono.error(new IllegalStateException("no such file"));
        StepVerifier.create(strains.recent("s")).verifyComplete();
        answer = Mono.never();
        StepVerifier.create(strains.recent("s"))
                .then(() -> timer.advanceTimeBy(Duration.ofSeconds(1)))
                .verifyComplete();
    }
}
