package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class LockOrderTests {

    private final LockOrder order = new LockOrder();
    private final KeyedMutex<String> one = mutex("one");
    private final KeyedMutex<String> two = mutex("two");
    private final KeyedMutex<String> three = mutex("three");
    private final Mono<String> work = Mono.just("done");

    @AfterEach
    void nobodyHoldsOrWaits() {
        assertThat(one.keys() + two.keys() + three.keys()).isZero();
    }

    @Test
    void oneOrderIsAllowedAnyNumberOfTimes() {
        for (int i = 0; i < 3; i++) {
            done(one.inTurn("a", two.inTurn("b", three.inTurn("c", work))));
            done(one.inTurn("x", three.inTurn("a", work)));
        }
        assertThat(order.problems()).isEmpty();
    }

    @Test
    void oppositeOrderFailsAndIsNotedThoughTheErrorIsSwallowed() {
        done(one.inTurn("a", two.inTurn("b", work)));
        String problem = "one x is taken while two y is held, but two b while one a";
        Mono<String> opposite = two.inTurn("y", one.inTurn("x", work));
        StepVerifier.create(opposite).verifyErrorMessage(problem);
        assertThat(order.problems()).containsExactly(problem);
        done(opposite.onErrorReturn("done"));
        assertThat(order.problems()).hasSize(2);
        done(one.inTurn("a", two.inTurn("b", work)));
        assertThat(order.problems()).hasSize(2);
    }

    @Test
    void circleOfThreeIsFound() {
        done(one.inTurn("a", two.inTurn("b", work)));
        done(two.inTurn("b", three.inTurn("c", work)));
        StepVerifier.create(three.inTurn("c", one.inTurn("a", work)))
                .verifyErrorMessage("one a is taken while three c is held, but two b while one a, three c while two b");
    }

    @Test
    void mutexThatIsHeldFurtherOutCountsToo() {
        done(one.inTurn("a", two.inTurn("b", three.inTurn("c", work))));
        StepVerifier.create(three.inTurn("c", one.inTurn("a", work))).verifyError(IllegalStateException.class);
    }

    @Test
    void mutexesOfOneNameCountAsOne() {
        done(one.inTurn("a", two.inTurn("b", work)));
        StepVerifier.create(mutex("two").inTurn("b", mutex("one").inTurn("a", work)))
                .verifyError(IllegalStateException.class);
    }

    @Test
    void keysOfOneMutexAreTakenInAscendingOrder() {
        done(one.inTurn("a", one.inTurn("b", one.inTurn("c", work))));
        assertThat(order.problems()).isEmpty();
        StepVerifier.create(one.inTurn("b", one.inTurn("a", work)))
                .verifyErrorMessage(
                        "one a is taken while one b is held, but keys of one mutex are taken in ascending order");
        assertThat(order.problems()).hasSize(1);
    }

    @Test
    void keysThatHaveNoOrderAreTakenOneAtATime() {
        KeyedMutex<Object> mutex = new KeyedMutex<>("objects", Schedulers.parallel(), order);
        StepVerifier.create(mutex.inTurn(new Object(), mutex.inTurn(new Object(), work)))
                .verifyError(IllegalStateException.class);
        assertThat(mutex.keys()).isZero();
    }

    @Test
    void waitingForItselfIsNoted() {
        StepVerifier.create(one.inTurn("a", one.inTurn("a", work))).verifyErrorMessage("one a would wait for itself");
        assertThat(order.problems()).containsExactly("one a would wait for itself");
    }

    @Test
    void turnsThatHaveEndedAreNotHeld() {
        done(one.inTurn("b", work).then(two.inTurn("a", work)).then(one.inTurn("a", work)));
        done(two.inTurn("a", work).flatMap(value -> one.inTurn("a", work)));
        assertThat(order.problems()).isEmpty();
    }

    @Test
    void gateWritesWhatWasFoundIntoTheFileForWhichTheBuildLooks(@TempDir Path directory) {
        Path report = directory.resolve("locks.txt");
        LockOrderGate gate = new LockOrderGate(report, order);
        gate.write();
        assertThat(report).doesNotExist();
        order.note("a problem");
        gate.write();
        assertThat(report).hasContent("a problem");
    }

    @Test
    void everyMutexOfTheRunIsWatched() {
        assertThat(LockOrder.class.desiredAssertionStatus()).isTrue();
        assertThat(new KeyedMutex<String>("any", Schedulers.parallel()))
                .extracting("order")
                .isSameAs(LockOrder.OF_ALL);
    }

    private KeyedMutex<String> mutex(String name) {
        return new KeyedMutex<>(name, Schedulers.parallel(), order);
    }

    private static void done(Mono<String> turn) {
        StepVerifier.create(turn).expectNext("done").verifyComplete();
    }
}
