package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.COLLECTION;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

@ExtendWith(OutputCaptureExtension.class)
class CleanupStackTests {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<String> undone = new CopyOnWriteArrayList<>();
    private final List<CleanupStack> stacks = new ArrayList<>();
    private final CleanupStack stack = stack();

    @AfterEach
    void nothingIsKeptByStacksThatHaveEnded() {
        assertThat(stacks).allSatisfy(ended -> {
            if (!ended.handOver())
                assertThat(ended).extracting("undos", COLLECTION).isEmpty();
        });
        time.dispose();
    }

    @Test
    void undoesInReverseOrder() {
        assertThat(stack.push("directory", undo("directory"))).isTrue();
        assertThat(stack.push("process", undo("process"))).isTrue();
        assertThat(undone).isEmpty();
        StepVerifier.create(stack.run()).verifyComplete();
        assertThat(undone).containsExactly("process", "directory");
    }

    @Test
    void runsOnceHoweverOftenItIsAsked() {
        stack.push("directory", undo("directory"));
        StepVerifier.create(stack.run()).verifyComplete();
        StepVerifier.create(stack.run()).verifyComplete();
        assertThat(undone).containsExactly("directory");
    }

    @Test
    void runningAnEmptyStackCompletes() {
        StepVerifier.create(stack.run()).verifyComplete();
    }

    @Test
    void nextUndoWaitsForTheOneBefore() {
        TestPublisher<Void> slow = TestPublisher.create();
        stack.push("directory", undo("directory"));
        stack.push("process", slow.mono());
        StepVerifier.create(stack.run())
                .then(() -> assertThat(undone).isEmpty())
                .then(slow::complete)
                .verifyComplete();
        assertThat(undone).containsExactly("directory");
    }

    @Test
    void everythingIsUndoneThoughSomeFailAndAllErrorsAreKept() {
        IllegalStateException broken = new IllegalStateException("broken");
        stack.push("cgroup", Mono.error(broken));
        stack.push("directory", undo("directory"));
        stack.push("process", Mono.error(broken));
        StepVerifier.create(stack.run())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CleanupException.class)
                        .hasMessageContaining("process")
                        .hasCause(broken)
                        .satisfies(first -> assertThat(first.getSuppressed())
                                .singleElement()
                                .satisfies(other -> assertThat(other).hasMessageContaining("cgroup"))));
        assertThat(undone).containsExactly("directory");
    }

    @Test
    void undoThatHangsIsGivenUpAtItsDeadlineAndTheNextBegins() {
        TestPublisher<Void> stuck = TestPublisher.create();
        stack.push("directory", undo("directory"));
        stack.push("process", stuck.mono());
        StepVerifier.create(stack.run())
                .then(() -> time.advanceTimeBy(DEADLINE))
                .verifyErrorSatisfies(error -> assertThat(error).hasCauseInstanceOf(TimeoutException.class));
        stuck.assertCancelled();
        assertThat(undone).containsExactly("directory");
    }

    @Test
    void runIsFinishedThoughItsSubscriberLeaves() {
        TestPublisher<Void> slow = TestPublisher.create();
        stack.push("directory", undo("directory"));
        stack.push("process", slow.mono());
        StepVerifier.create(stack.run()).thenCancel().verify();
        slow.assertNotCancelled();
        slow.complete();
        assertThat(undone).containsExactly("directory");
    }

    @Test
    void pushAfterTheRunIsUndoneAtOnce() {
        StepVerifier.create(stack.run()).verifyComplete();
        assertThat(stack.push("late", undo("late"))).isFalse();
        assertThat(undone).containsExactly("late");
    }

    @Test
    void pushDuringTheRunIsUndoneNextAndTheRunWaitsForIt() {
        TestPublisher<Void> process = TestPublisher.create();
        TestPublisher<Void> late = TestPublisher.create();
        stack.push("directory", undo("directory"));
        stack.push("process", process.mono());
        StepVerifier.create(stack.run())
                .then(() -> assertThat(stack.push("late", late.mono())).isFalse())
                .then(late::assertWasNotSubscribed)
                .then(process::complete)
                .then(late::assertWasSubscribed)
                .then(() -> assertThat(undone).isEmpty())
                .then(late::complete)
                .verifyComplete();
        assertThat(undone).containsExactly("directory");
    }

    @Test
    void runWaitsForWhatWasPushedDuringItsLastUndo() {
        TestPublisher<Void> process = TestPublisher.create();
        TestPublisher<Void> late = TestPublisher.create();
        AtomicBoolean ended = new AtomicBoolean();
        stack.push("process", process.mono());
        StepVerifier.create(stack.run().doOnTerminate(() -> ended.set(true)))
                .then(() -> stack.push("late", late.mono()))
                .then(process::complete)
                .then(() -> assertThat(ended).isFalse())
                .then(late::complete)
                .verifyComplete();
    }

    @Test
    void failureOfALateUndoIsLogged(CapturedOutput output) {
        StepVerifier.create(stack.run()).verifyComplete();
        stack.push("late thing", Mono.error(new IllegalStateException("broken")));
        assertThat(output).containsOnlyOnce("could not undo late thing");
    }

    @Test
    void handedOverStackUndoesNothing() {
        stack.push("directory", undo("directory"));
        assertThat(stack.handOver()).isTrue();
        StepVerifier.create(stack.run()).verifyComplete();
        assertThat(undone).isEmpty();
    }

    @Test
    void handingOverAfterTheRunIsRefused() {
        StepVerifier.create(stack.run()).verifyComplete();
        assertThat(stack.handOver()).isFalse();
    }

    @Test
    void pushAfterHandingOverIsUndoneAtOnce() {
        stack.handOver();
        assertThat(stack.push("late", undo("late"))).isFalse();
        assertThat(undone).containsExactly("late");
    }

    @Test
    void undoDoesNotSeeTheContextOfTheRunsSubscriber() {
        AtomicBoolean leaked = new AtomicBoolean();
        stack.push("directory", Mono.deferContextual(context -> {
            leaked.set(context.hasKey("who"));
            return Mono.empty();
        }));
        StepVerifier.create(stack.run().contextWrite(context -> context.put("who", "first")))
                .verifyComplete();
        assertThat(leaked).isFalse();
    }

    @Test
    void thousandsOfUndosDoNotOverflowTheStack() {
        AtomicInteger count = new AtomicInteger();
        for (int i = 0; i < 20_000; i++) {
            stack.push("step", Mono.fromRunnable(count::incrementAndGet));
        }
        StepVerifier.create(stack.run()).verifyComplete();
        assertThat(count).hasValue(20_000);
    }

    @Test
    void pushRacingRunIsAlwaysUndoneExactlyOnce() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger count = new AtomicInteger();
            Sinks.Empty<Void> ended = Sinks.empty();
            Races.race(
                    () -> raced.push("late", Mono.fromRunnable(count::incrementAndGet)),
                    () -> raced.run().subscribe(null, null, ended::tryEmitEmpty));
            StepVerifier.create(ended.asMono()).expectComplete().verify(DEADLINE);
            assertThat(count).hasValue(1);
        });
    }

    @Test
    void pushRacingPushKeepsBoth() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger count = new AtomicInteger();
            Mono<Void> undo = Mono.fromRunnable(count::incrementAndGet);
            Races.race(() -> raced.push("one", undo), () -> raced.push("other", undo));
            StepVerifier.create(raced.run()).verifyComplete();
            assertThat(count).hasValue(2);
        });
    }

    @Test
    void runRacingRunUndoesOnceAndBothWait() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger count = new AtomicInteger();
            AtomicInteger ends = new AtomicInteger();
            raced.push("directory", Mono.fromRunnable(count::incrementAndGet));
            Runnable run = () -> raced.run().subscribe(null, null, () -> ends.addAndGet(count.get()));
            Races.race(run, run);
            assertThat(count).hasValue(1);
            assertThat(ends).hasValue(2);
        });
    }

    @Test
    void handOverRacingRunHasExactlyOneWinner() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger count = new AtomicInteger();
            AtomicBoolean handedOver = new AtomicBoolean();
            raced.push("directory", Mono.fromRunnable(count::incrementAndGet));
            Races.race(() -> handedOver.set(raced.handOver()), () -> raced.run().subscribe());
            assertThat(count).hasValue(handedOver.get() ? 0 : 1);
        });
    }

    @Test
    void pushRacingHandOverIsKeptAndForgottenOrUndone() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger count = new AtomicInteger();
            AtomicBoolean kept = new AtomicBoolean();
            Races.race(() -> kept.set(raced.push("late", Mono.fromRunnable(count::incrementAndGet))), raced::handOver);
            StepVerifier.create(raced.run()).verifyComplete();
            assertThat(count).hasValue(kept.get() ? 0 : 1);
        });
    }

    @Test
    void leavingRacingTheRunNeverStopsIt() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger count = new AtomicInteger();
            TestPublisher<Void> slow = TestPublisher.create();
            raced.push("directory", Mono.fromRunnable(count::incrementAndGet));
            raced.push("process", slow.mono());
            Disposable leaving = raced.run().subscribe();
            Races.race(leaving::dispose, slow::complete);
            StepVerifier.create(raced.run()).expectComplete().verify(DEADLINE);
            assertThat(count).hasValue(1);
        });
    }

    @Test
    void handOverRacingHandOverHasOneWinner() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger wins = new AtomicInteger();
            raced.push("directory", Mono.never());
            Runnable handOver = () -> {
                if (raced.handOver()) wins.incrementAndGet();
            };
            Races.race(handOver, handOver);
            assertThat(wins).hasValue(1);
        });
    }

    @Test
    void pushRacingTheEndOfTheLastUndoIsUndoneOnce() {
        Races.rounds(() -> {
            CleanupStack raced = stack();
            AtomicInteger count = new AtomicInteger();
            Sinks.Empty<Void> last = Sinks.empty();
            raced.push("directory", last.asMono());
            raced.run().subscribe();
            Races.race(last::tryEmitEmpty, () -> raced.push("late", Mono.fromRunnable(count::incrementAndGet)));
            StepVerifier.create(raced.run()).expectComplete().verify(DEADLINE);
            assertThat(count).hasValue(1);
        });
    }

    @Test
    void endOfAnUndoRacingItsDeadlineHasOneOutcomeAndTheNextBegins() {
        Races.rounds(() -> {
            RaceClock clock = new RaceClock();
            CleanupStack raced = new CleanupStack("tests", DEADLINE, clock);
            AtomicInteger count = new AtomicInteger();
            Sinks.Empty<Void> slow = Sinks.empty();
            raced.push("directory", Mono.fromRunnable(count::incrementAndGet));
            raced.push("process", slow.asMono());
            raced.run().subscribe(null, error -> {});
            clock.advance(DEADLINE.minusNanos(1)); // so that the next one's deadline isn't reached with this one's
            Races.race(slow::tryEmitEmpty, () -> clock.advance(Duration.ofNanos(1)));
            StepVerifier.create(raced.run().onErrorComplete(CleanupException.class))
                    .expectComplete()
                    .verify(DEADLINE);
            assertThat(count).hasValue(1);
        });
    }

    private CleanupStack stack() {
        CleanupStack stack = new CleanupStack("tests", DEADLINE, time);
        stacks.add(stack);
        return stack;
    }

    private Mono<Void> undo(String what) {
        return Mono.fromRunnable(() -> undone.add(what));
    }
}
