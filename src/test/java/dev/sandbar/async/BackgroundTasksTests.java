package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

@ExtendWith(OutputCaptureExtension.class)
class BackgroundTasksTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final BackgroundTasks tasks = new BackgroundTasks("tests", 2, time);

    @AfterEach
    void nothingIsLeft() {
        tasks.close();
        time.dispose();
        assertThat(tasks.running()).isZero();
    }

    @Test
    void workHasBegunWhenStartReturns() {
        TestPublisher<String> work = TestPublisher.create();
        Mono<String> result = tasks.start("work", work.mono());
        work.assertWasSubscribed();
        assertThat(tasks.running()).isOne();
        work.emit("done");
        assertThat(tasks.running()).isZero();
        StepVerifier.create(result).expectNext("done").verifyComplete();
    }

    @Test
    void leavingDoesNotCancelTheWork() {
        TestPublisher<String> work = TestPublisher.create();
        Mono<String> result = tasks.start("work", work.mono());
        StepVerifier.create(result).thenCancel().verify();
        work.assertNotCancelled();
        work.emit("done");
        StepVerifier.create(result).expectNext("done").verifyComplete();
    }

    @Test
    void emptyWorkGivesAnEmptyResult() {
        StepVerifier.create(tasks.start("work", Mono.empty())).verifyComplete();
    }

    @Test
    void taskIsCountedAsEndedBeforeItsResultGoesOut() {
        Sinks.One<String> work = Sinks.one();
        Mono<Integer> seen = tasks.start("work", work.asMono()).map(done -> tasks.running());
        StepVerifier.create(seen)
                .then(() -> work.tryEmitValue("done"))
                .expectNext(0)
                .verifyComplete();
    }

    @Test
    void failureGoesToThoseWhoWatchAndIsNotLogged(CapturedOutput output) {
        Sinks.One<String> work = Sinks.one();
        StepVerifier.create(tasks.start("watched work", work.asMono()))
                .then(() -> work.tryEmitError(new IllegalStateException("broken")))
                .verifyErrorMessage("broken");
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(output).doesNotContain("watched work failed");
    }

    @Test
    void failureBeforeTheCallerCouldWatchIsNotLogged(CapturedOutput output) {
        Mono<Object> result = tasks.start("quick work", Mono.error(new IllegalStateException("broken")));
        StepVerifier.create(result).verifyErrorMessage("broken");
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(output).doesNotContain("quick work failed");
    }

    @Test
    void failureAfterEverybodyLeftIsLoggedOnce(CapturedOutput output) {
        Sinks.One<String> work = Sinks.one();
        StepVerifier.create(tasks.start("left work", work.asMono()))
                .thenCancel()
                .verify();
        work.tryEmitError(new IllegalStateException("broken"));
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(output).containsOnlyOnce("left work failed");
    }

    @Test
    void failureThatNobodyWatchesIsLoggedOnce(CapturedOutput output) {
        tasks.start("lonely work", Mono.error(new IllegalStateException("broken")));
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(output).containsOnlyOnce("lonely work failed");
    }

    @Test
    void throwingWorkIsAFailureAndLeavesNothing() {
        Mono<Object> work = Mono.fromRunnable(() -> {
            throw new IllegalStateException("broken");
        });
        StepVerifier.create(tasks.start("work", work)).verifyErrorMessage("broken");
        assertThat(tasks.running()).isZero();
    }

    @Test
    void callersContextIsNotSeenByTheWork() {
        Mono<Boolean> leaks = Mono.deferContextual(context -> Mono.just(context.hasKey("who")));
        Mono<Boolean> called =
                Mono.defer(() -> tasks.start("work", leaks)).contextWrite(context -> context.put("who", "first"));
        StepVerifier.create(called).expectNext(false).verifyComplete();
    }

    @Test
    void workAboveTheLimitIsRefusedAndNeverBegun() {
        TestPublisher<String> first = TestPublisher.create();
        TestPublisher<String> third = TestPublisher.create();
        tasks.start("first", first.mono());
        tasks.start("second", Mono.never());
        StepVerifier.create(tasks.start("third", third.mono()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessage(tasks + " already runs 2 tasks"));
        third.assertWasNotSubscribed();
        first.emit("done");
        tasks.start("fourth", third.mono());
        third.assertWasSubscribed();
    }

    @Test
    void limitBelowOneIsRefused() {
        assertThatThrownBy(() -> new BackgroundTasks("none", 0, time)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closeCancelsTheWorkAndFailsTheWatchers() {
        TestPublisher<String> work = TestPublisher.create();
        StepVerifier.create(tasks.start("work", work.mono()))
                .then(tasks::close)
                .verifyError(CancellationException.class);
        work.assertCancelled();
    }

    @Test
    void startAfterCloseIsRefusedAndNeverBegun() {
        tasks.close();
        TestPublisher<String> work = TestPublisher.create();
        StepVerifier.create(tasks.start("late", work.mono()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessage(tasks + " is closed"));
        work.assertWasNotSubscribed();
    }

    @Test
    void gracefulCloseWaitsForWhatRuns() {
        Sinks.One<String> work = Sinks.one();
        tasks.start("work", work.asMono());
        StepVerifier.create(tasks.closeGracefully(Duration.ofSeconds(5)))
                .then(() -> StepVerifier.create(tasks.start("late", Mono.just("never")))
                        .verifyError(RejectedExecutionException.class))
                .then(() -> work.tryEmitValue("done"))
                .expectNext(0)
                .verifyComplete();
    }

    @Test
    void gracefulCloseCancelsTheRestAtItsDeadlineAndSaysHowMany() {
        TestPublisher<String> work = TestPublisher.create();
        tasks.start("stuck", work.mono());
        tasks.start("stuck too", Mono.never());
        StepVerifier.create(tasks.closeGracefully(Duration.ofSeconds(5)))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(5)))
                .expectNext(2)
                .verifyComplete();
        work.assertCancelled();
    }

    @Test
    void gracefulCloseOfNothingEndsAtOnce() {
        StepVerifier.create(tasks.closeGracefully(Duration.ofSeconds(5)))
                .expectNext(0)
                .verifyComplete();
    }

    @Test
    void startRacingCloseEndsEveryTask() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, Schedulers.parallel());
            AtomicBoolean cancelled = new AtomicBoolean();
            AtomicBoolean begun = new AtomicBoolean();
            List<Mono<Object>> results = new ArrayList<>();
            Mono<Object> work =
                    Mono.never().doOnSubscribe(subscription -> begun.set(true)).doOnCancel(() -> cancelled.set(true));
            Races.race(() -> results.add(raced.start("work", work)), raced::close);
            StepVerifier.create(results.get(0)).verifyError();
            assertThat(cancelled.get()).isEqualTo(begun.get());
            assertThat(raced.running()).isZero();
        });
    }

    @Test
    void startRacingStartNeverExceedsTheLimit() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 1, Schedulers.parallel());
            AtomicInteger begun = new AtomicInteger();
            Mono<Object> work = Mono.never().doOnSubscribe(subscription -> begun.incrementAndGet());
            Races.race(() -> raced.start("one", work), () -> raced.start("other", work));
            assertThat(begun).hasValue(1);
            assertThat(raced.running()).isOne();
            raced.close();
            assertThat(raced.running()).isZero();
        });
    }

    @Test
    void completionRacingCloseTellsTheWatcherExactlyOneEnd() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, Schedulers.parallel());
            Sinks.One<String> work = Sinks.one();
            AtomicInteger ends = new AtomicInteger();
            Mono<String> result = raced.start("work", work.asMono())
                    .onErrorReturn(CancellationException.class, "cancelled")
                    .doOnTerminate(ends::incrementAndGet);
            StepVerifier.create(result)
                    .then(() -> Races.race(() -> work.tryEmitValue("done"), raced::close))
                    .assertNext(end -> assertThat(end).isIn("done", "cancelled"))
                    .verifyComplete();
            assertThat(ends).hasValue(1);
            assertThat(raced.running()).isZero();
        });
    }

    @Test
    void failureRacingCloseTellsTheWatcherExactlyOneEnd() {
        Hooks.onErrorDropped(late -> {}); // the failure that comes after the close
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, Schedulers.parallel());
            Sinks.One<String> work = Sinks.one();
            AtomicInteger ends = new AtomicInteger();
            Mono<String> result = raced.start("work", work.asMono()).doOnTerminate(ends::incrementAndGet);
            StepVerifier.create(result)
                    .then(() -> Races.race(() -> work.tryEmitError(new IllegalStateException("broken")), raced::close))
                    .verifyErrorMatches(
                            error -> error instanceof CancellationException || "broken".equals(error.getMessage()));
            assertThat(ends).hasValue(1);
            assertThat(raced.running()).isZero();
        });
        Hooks.resetOnErrorDropped();
    }

    @Test
    void leavingRacingCompletionNeverCancelsTheWork() {
        Races.rounds(() -> {
            Sinks.One<String> work = Sinks.one();
            AtomicBoolean cancelled = new AtomicBoolean();
            Mono<String> result = tasks.start("work", work.asMono().doOnCancel(() -> cancelled.set(true)));
            StepVerifier stays = StepVerifier.create(result)
                    .expectNext("done")
                    .expectComplete()
                    .verifyLater();
            Disposable leaving = result.subscribe();
            Races.race(leaving::dispose, () -> work.tryEmitValue("done"));
            stays.verify();
            assertThat(cancelled).isFalse();
            assertThat(tasks.running()).isZero();
        });
    }

    @Test
    void closeRacingCloseCancelsEachTaskOnce() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, Schedulers.parallel());
            AtomicInteger cancels = new AtomicInteger();
            Mono<Object> result = raced.start("work", Mono.never().doOnCancel(cancels::incrementAndGet));
            Races.race(raced::close, raced::close);
            StepVerifier.create(result).verifyError(CancellationException.class);
            assertThat(cancels).hasValue(1);
            assertThat(raced.running()).isZero();
        });
    }

    @Test
    void gracefulCloseRacingTheLastTaskAlwaysEnds() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, time);
            Sinks.One<String> work = Sinks.one();
            raced.start("work", work.asMono());
            Sinks.One<Integer> left = Sinks.one();
            Races.race(
                    () -> raced.closeGracefully(Duration.ofSeconds(5)).subscribe(left::tryEmitValue),
                    () -> work.tryEmitValue("done"));
            StepVerifier.create(left.asMono()).expectNext(0).expectComplete().verify(Duration.ofSeconds(5));
            assertThat(raced.running()).isZero();
        });
    }

    @Test
    void gracefulCloseRacingStartLeavesNothingBehind() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, time);
            Sinks.One<Integer> left = Sinks.one();
            Races.race(
                    () -> raced.closeGracefully(Duration.ofSeconds(5)).subscribe(left::tryEmitValue),
                    () -> raced.start("work", Mono.just("done")));
            StepVerifier.create(left.asMono()).expectNext(0).expectComplete().verify(Duration.ofSeconds(5));
            assertThat(raced.running()).isZero();
        });
    }

    @Test
    void gracefulCloseRacingCloseEndsForBoth() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, time);
            AtomicInteger cancels = new AtomicInteger();
            raced.start("work", Mono.never().doOnCancel(cancels::incrementAndGet))
                    .subscribe(null, error -> {});
            Sinks.One<Integer> left = Sinks.one();
            Races.race(() -> raced.closeGracefully(Duration.ofSeconds(5)).subscribe(left::tryEmitValue), raced::close);
            StepVerifier.create(left.asMono()).expectNext(0).expectComplete().verify(Duration.ofSeconds(5));
            assertThat(cancels).hasValue(1);
            assertThat(raced.running()).isZero();
        });
    }

    @Test
    void gracefulCloseRacingItselfEndsForBoth() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, time);
            Sinks.One<String> work = Sinks.one();
            raced.start("work", work.asMono());
            AtomicInteger ends = new AtomicInteger();
            Runnable close =
                    () -> raced.closeGracefully(Duration.ofSeconds(5)).subscribe(left -> ends.incrementAndGet());
            Races.race(close, close);
            assertThat(ends).hasValue(0);
            work.tryEmitValue("done");
            assertThat(ends).hasValue(2);
        });
    }

    @Test
    void cancellingAGracefulCloseLeavesTheGateShutAndTheTasksRunning() {
        TestPublisher<String> work = TestPublisher.create();
        tasks.start("work", work.mono());
        tasks.closeGracefully(Duration.ofSeconds(5)).subscribe().dispose();
        time.advanceTimeBy(Duration.ofMinutes(1));
        work.assertNotCancelled();
        StepVerifier.create(tasks.start("late", Mono.just("never"))).verifyError(RejectedExecutionException.class);
        work.emit("done");
        assertThat(tasks.running()).isZero();
    }

    @Test
    void leavingRacingCloseCancelsTheWorkOnce() {
        Races.rounds(() -> {
            BackgroundTasks raced = new BackgroundTasks("raced", 2, time);
            AtomicInteger cancels = new AtomicInteger();
            Disposable watcher = raced.start("work", Mono.never().doOnCancel(cancels::incrementAndGet))
                    .subscribe(value -> {}, error -> {});
            Races.race(watcher::dispose, raced::close);
            assertThat(cancels).hasValue(1);
            assertThat(raced.running()).isZero();
        });
    }
}
