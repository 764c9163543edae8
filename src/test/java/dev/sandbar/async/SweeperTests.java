package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

@ExtendWith(OutputCaptureExtension.class)
class SweeperTests {

    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicInteger passes = new AtomicInteger();

    @AfterEach
    void noPassComesAnyMore() {
        int before = passes.get();
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(passes).hasValue(before);
        time.dispose();
    }

    @Test
    void passesComeOncePerPeriodFromTheFirstPeriodOn() {
        try (Sweeper sweeper = sweeper(Mono::empty)) {
            sweeper.start();
            assertThat(passes).hasValue(0);
            time.advanceTimeBy(BEAT.multipliedBy(3));
            assertThat(passes).hasValue(3);
        }
    }

    @Test
    void secondStartDoesNothing() {
        try (Sweeper sweeper = sweeper(Mono::empty)) {
            sweeper.start();
            sweeper.start();
            time.advanceTimeBy(BEAT);
            assertThat(passes).hasValue(1);
        }
    }

    @Test
    void beatsDuringAPassAreSkippedAndNotMadeUpFor() {
        TestPublisher<Void> slow = TestPublisher.create();
        try (Sweeper sweeper = sweeper(slow::mono)) {
            sweeper.start();
            time.advanceTimeBy(BEAT.multipliedBy(5));
            assertThat(passes).hasValue(1);
            slow.complete();
            assertThat(passes).hasValue(1);
            time.advanceTimeBy(BEAT);
            assertThat(passes).hasValue(2);
        }
    }

    @Test
    void failingPassDoesNotEndTheSweeperAndIsLoggedOnce(CapturedOutput output) {
        try (Sweeper sweeper = sweeper(() -> Mono.error(new IllegalStateException("broken")))) {
            sweeper.start();
            time.advanceTimeBy(BEAT.multipliedBy(3));
            assertThat(passes).hasValue(3);
            assertThat(output).containsOnlyOnce("a pass failed");
        }
    }

    @Test
    void throwingSupplierDoesNotEndTheSweeper() {
        try (Sweeper sweeper = sweeper(() -> {
            throw new IllegalStateException("broken");
        })) {
            sweeper.start();
            time.advanceTimeBy(BEAT.multipliedBy(3));
            assertThat(passes).hasValue(3);
        }
    }

    @Test
    void passThatHangsIsCancelledAtItsDeadlineAndTheNextBeatComes(CapturedOutput output) {
        TestPublisher<Void> stuck = TestPublisher.create();
        try (Sweeper sweeper = sweeper(stuck::mono)) {
            sweeper.start();
            time.advanceTimeBy(BEAT.plus(DEADLINE).plus(BEAT));
            stuck.assertCancelled();
            assertThat(passes).hasValueGreaterThanOrEqualTo(2);
            assertThat(output).contains(TimeoutException.class.getSimpleName());
        }
    }

    @Test
    void closeCancelsTheRunningPassAndNoFurtherOneComes() {
        TestPublisher<Void> slow = TestPublisher.create();
        Sweeper sweeper = sweeper(slow::mono);
        sweeper.start();
        time.advanceTimeBy(BEAT);
        sweeper.close();
        sweeper.close();
        slow.assertCancelled();
        time.advanceTimeBy(BEAT.multipliedBy(5));
        assertThat(passes).hasValue(1);
    }

    @Test
    void startAfterCloseDoesNothing() {
        Sweeper sweeper = sweeper(Mono::empty);
        sweeper.close();
        sweeper.start();
        time.advanceTimeBy(BEAT.multipliedBy(2));
        assertThat(passes).hasValue(0);
    }

    @Test
    void periodOfZeroOrLessIsRefused() {
        for (Duration period : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> new Sweeper("none", period, time, Mono::empty))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void startRacingCloseLeavesNoFurtherPass() {
        Races.rounds(() -> {
            Sweeper raced = sweeper(Mono::never);
            Races.race(raced::start, raced::close);
            time.advanceTimeBy(BEAT);
            assertThat(passes).hasValue(0);
        });
    }

    @Test
    void startRacingStartCountsOnce() {
        Races.rounds(() -> {
            passes.set(0);
            Sweeper raced = sweeper(Mono::empty);
            Races.race(raced::start, raced::start);
            time.advanceTimeBy(BEAT);
            raced.close();
            assertThat(passes).hasValue(1);
        });
    }

    @Test
    void closeRacingABeatLeavesNoPassRunning() {
        Races.rounds(() -> {
            VirtualTimeScheduler clock = VirtualTimeScheduler.create();
            AtomicInteger runningPasses = new AtomicInteger();
            Sweeper raced = sweeper(
                    clock,
                    () -> Mono.<Void>never()
                            .doOnSubscribe(subscription -> runningPasses.incrementAndGet())
                            .doOnCancel(runningPasses::decrementAndGet));
            raced.start();
            Races.race(raced::close, () -> beat(clock));
            assertThat(runningPasses).hasValue(0);
        });
    }

    @Test
    void closeRacingTheEndOfAPassLeavesNoFurtherPass() {
        Races.rounds(() -> {
            TestPublisher<Void> pass = TestPublisher.create();
            passes.set(0);
            Sweeper raced = sweeper(pass::mono);
            raced.start();
            time.advanceTimeBy(BEAT);
            Races.race(raced::close, pass::complete);
            time.advanceTimeBy(BEAT);
            assertThat(passes).hasValue(1);
        });
    }

    @Test
    void closeRacingCloseCancelsThePassOnce() {
        Races.rounds(() -> {
            AtomicInteger cancels = new AtomicInteger();
            passes.set(0);
            Sweeper raced = sweeper(() -> Mono.<Void>never().doOnCancel(cancels::incrementAndGet));
            raced.start();
            time.advanceTimeBy(BEAT);
            Races.race(raced::close, raced::close);
            time.advanceTimeBy(BEAT);
            assertThat(cancels).hasValue(1);
            assertThat(passes).hasValue(1);
        });
    }

    @Test
    void endOfAPassRacingItsDeadlineNeverEndsTheSweeper() {
        Logger log = (Logger) LoggerFactory.getLogger(Sweeper.class);
        log.setLevel(Level.OFF); // hundreds of passes fail
        try {
            Races.rounds(this::raceTheEndOfAPassWithItsDeadline);
        } finally {
            log.setLevel(null);
        }
    }

    private void raceTheEndOfAPassWithItsDeadline() {
        RaceClock clock = new RaceClock();
        Sinks.Empty<Void> slow = Sinks.empty();
        passes.set(0);
        Sweeper raced = sweeper(clock, slow::asMono);
        raced.start();
        clock.advance(BEAT);
        Races.race(slow::tryEmitEmpty, () -> clock.advance(DEADLINE));
        int before = passes.get();
        clock.advance(BEAT);
        raced.close();
        assertThat(passes).hasValueGreaterThan(before);
    }

    @Test
    void deadlineThatIsNotGivenIsNeverBelowHalfAMinute() {
        TestPublisher<Void> stuck = TestPublisher.create();
        try (Sweeper sweeper = new Sweeper("tests", BEAT, time, stuck::mono)) {
            sweeper.start();
            time.advanceTimeBy(BEAT.plusSeconds(29));
            stuck.assertNotCancelled();
            time.advanceTimeBy(Duration.ofSeconds(1));
            stuck.assertCancelled();
        }
    }

    @Test
    void deadlineThatIsNotGivenIsOnePeriodWhereThatIsLonger() {
        TestPublisher<Void> stuck = TestPublisher.create();
        try (Sweeper sweeper = new Sweeper("tests", Duration.ofMinutes(1), time, stuck::mono)) {
            sweeper.start();
            time.advanceTimeBy(Duration.ofSeconds(119));
            stuck.assertNotCancelled();
            time.advanceTimeBy(Duration.ofSeconds(1));
            stuck.assertCancelled();
        }
    }

    private Sweeper sweeper(Supplier<Mono<Void>> pass) {
        return sweeper(time, pass);
    }

    private Sweeper sweeper(Scheduler clock, Supplier<Mono<Void>> pass) {
        return new Sweeper("tests", BEAT, DEADLINE, clock, () -> {
            passes.incrementAndGet();
            return pass.get();
        });
    }

    private static void beat(VirtualTimeScheduler clock) {
        try {
            clock.advanceTimeBy(BEAT);
        } catch (RejectedExecutionException e) {
            // a virtual clock throws when its beat was cancelled between its running and its re-arming
            assertThat(e).hasMessageContaining("unavailable");
        }
    }
}
