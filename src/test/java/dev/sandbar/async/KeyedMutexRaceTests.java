package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** Each pair of what can happen to one key at the same moment: join, leave (waiting or working), release, hand over. */
class KeyedMutexRaceTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Scheduler THREADS = Schedulers.newParallel("hand-off", 2, true);

    private static final Context LATE_ERRORS_ARE_EXPECTED =
            Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) error -> {});

    private final KeyedMutex<String> mutex = new KeyedMutex<>("raced", THREADS);
    private Inside inside = new Inside();

    @AfterEach
    void nobodyHoldsOrWaits() {
        settle(mutex);
    }

    @AfterAll
    static void stopThreads() {
        THREADS.dispose();
    }

    @Test
    void joinRacingJoinLetsBothWorkInTurn() {
        rounds(() -> {
            CompletableFuture<String> one = new CompletableFuture<>();
            CompletableFuture<String> other = new CompletableFuture<>();
            Races.race(
                    () -> join("one").subscribe(one::complete),
                    () -> join("other").subscribe(other::complete));
            assertThat(one).succeedsWithin(LIMIT).isEqualTo("one");
            assertThat(other).succeedsWithin(LIMIT).isEqualTo("other");
        });
    }

    @Test
    void joinRacingReleaseIsAlwaysLetIn() {
        rounds(() -> {
            Sinks.Empty<String> held = hold();
            CompletableFuture<String> result = new CompletableFuture<>();
            Races.race(held::tryEmitEmpty, () -> join("next").subscribe(result::complete));
            assertThat(result).succeedsWithin(LIMIT);
        });
    }

    @Test
    void joinRacingAFailureIsAlwaysLetIn() {
        rounds(() -> {
            Sinks.Empty<String> held = Sinks.empty();
            mutex.inTurn("a", inside.watch(held.asMono())).subscribe(null, error -> {});
            CompletableFuture<String> result = new CompletableFuture<>();
            Races.race(
                    () -> held.tryEmitError(new IllegalStateException("broken")),
                    () -> join("next").subscribe(result::complete));
            assertThat(result).succeedsWithin(LIMIT);
        });
    }

    @Test
    void joinRacingTheWorkersLeavingIsAlwaysLetIn() {
        rounds(() -> {
            Disposable worker = stay();
            CompletableFuture<String> result = new CompletableFuture<>();
            Races.race(worker::dispose, () -> join("next").subscribe(result::complete));
            assertThat(result).succeedsWithin(LIMIT);
        });
    }

    @Test
    void joinRacingAWaitersLeavingIsAlwaysLetIn() {
        rounds(() -> {
            Sinks.Empty<String> held = hold();
            Disposable waiter = stay();
            CompletableFuture<String> result = new CompletableFuture<>();
            Races.race(waiter::dispose, () -> join("next").subscribe(result::complete));
            assertThat(inside.begun()).isOne();
            held.tryEmitEmpty();
            assertThat(result).succeedsWithin(LIMIT);
            assertThat(inside.begun()).isEqualTo(2);
        });
    }

    @Test
    void leaveRacingReleaseLetsTheNextOneIn() {
        rounds(() -> {
            Sinks.Empty<String> held = hold();
            Disposable waiter = stay();
            CompletableFuture<String> last = outcome(join("last"));
            Races.race(waiter::dispose, held::tryEmitEmpty);
            assertThat(last).succeedsWithin(LIMIT);
        });
    }

    @Test
    void leaveRacingTheEndOfTheSameWorkEndsItsTurnOnce() {
        rounds(() -> {
            Sinks.Empty<String> held = Sinks.empty();
            Disposable worker = mutex.inTurn("a", inside.watch(held.asMono())).subscribe();
            CompletableFuture<String> next = outcome(join("next"));
            CompletableFuture<String> last = outcome(join("last"));
            Races.race(worker::dispose, held::tryEmitEmpty);
            assertThat(next).succeedsWithin(LIMIT);
            assertThat(last).succeedsWithin(LIMIT);
        });
    }

    @Test
    void leaveRacingTheFailureOfTheSameWorkEndsItsTurnOnce() {
        rounds(() -> {
            Sinks.Empty<String> held = Sinks.empty();
            Disposable worker = mutex.inTurn("a", inside.watch(held.asMono()))
                    .subscribe(value -> {}, error -> {}, null, LATE_ERRORS_ARE_EXPECTED);
            CompletableFuture<String> next = outcome(join("next"));
            Races.race(worker::dispose, () -> held.tryEmitError(new IllegalStateException("broken")));
            assertThat(next).succeedsWithin(LIMIT);
        });
    }

    @Test
    void leaveRacingLeaveOfTheSameTurnEndsItOnce() {
        rounds(() -> {
            Disposable worker = stay();
            CompletableFuture<String> next = outcome(join("next"));
            CompletableFuture<String> last = outcome(join("last"));
            Races.race(worker::dispose, worker::dispose);
            assertThat(next).succeedsWithin(LIMIT);
            assertThat(last).succeedsWithin(LIMIT);
        });
    }

    @Test
    void workerLeavingRacingAWaitersLeavingLetsTheNextOneIn() {
        rounds(() -> {
            Disposable worker = stay();
            Disposable waiter = stay();
            CompletableFuture<String> last = outcome(join("last"));
            Races.race(worker::dispose, waiter::dispose);
            assertThat(last).succeedsWithin(LIMIT);
        });
    }

    @Test
    void waiterLeavingRacingAWaitersLeavingLetsTheNextOneIn() {
        rounds(() -> {
            Sinks.Empty<String> held = hold();
            Disposable one = stay();
            Disposable other = stay();
            CompletableFuture<String> last = outcome(join("last"));
            Races.race(one::dispose, other::dispose);
            held.tryEmitEmpty();
            assertThat(last).succeedsWithin(LIMIT);
            assertThat(inside.begun()).isEqualTo(2);
        });
    }

    @Test
    void leaveRacingItsOwnBeginningNeverLetsTwoIn() {
        rounds(() -> {
            ConcurrentLinkedQueue<Runnable> handed = new ConcurrentLinkedQueue<>();
            KeyedMutex<String> manual = new KeyedMutex<>("manual", Schedulers.fromExecutor(handed::add));
            Sinks.Empty<String> held = Sinks.empty();
            manual.inTurn("a", held.asMono()).subscribe();
            Disposable waiter = manual.inTurn("a", inside.watch(Mono.never())).subscribe();
            CompletableFuture<String> last = outcome(manual.inTurn("a", inside.watch(Mono.just("last"))));
            held.tryEmitEmpty();
            Races.race(waiter::dispose, () -> proceed(handed));
            proceed(handed);
            assertThat(last).succeedsWithin(LIMIT);
            settle(manual);
        });
    }

    @Test
    void disposalOfTheSchedulerRacingReleaseLetsInOrRefusesAndLeavesTheKeyFree() {
        rounds(() -> {
            ConcurrentLinkedQueue<Runnable> handed = new ConcurrentLinkedQueue<>();
            Scheduler scheduler = Schedulers.fromExecutor(handed::add);
            KeyedMutex<String> manual = new KeyedMutex<>("manual", scheduler);
            Sinks.Empty<String> held = Sinks.empty();
            manual.inTurn("a", held.asMono()).subscribe();
            CompletableFuture<String> waiting = outcome(manual.inTurn("a", Mono.just("next")));
            Races.race(scheduler::dispose, held::tryEmitEmpty);
            handed.clear();
            manual.inTurn("a", Mono.just("late"))
                    .onErrorComplete(RejectedExecutionException.class)
                    .subscribe();
            settle(manual);
            assertThat(waiting)
                    .failsWithin(LIMIT)
                    .withThrowableThat()
                    .withCauseInstanceOf(RejectedExecutionException.class);
        });
    }

    @Test
    void disposalOfTheSchedulerRacingJoinLeavesTheKeyFree() {
        rounds(() -> {
            ConcurrentLinkedQueue<Runnable> handed = new ConcurrentLinkedQueue<>();
            Scheduler scheduler = Schedulers.fromExecutor(handed::add);
            KeyedMutex<String> manual = new KeyedMutex<>("manual", scheduler);
            Sinks.Empty<String> held = Sinks.empty();
            manual.inTurn("a", held.asMono()).subscribe();
            CompletableFuture<String> waiting = new CompletableFuture<>();
            Mono<String> turn = manual.inTurn("a", Mono.just("next"));
            Races.race(scheduler::dispose, () -> turn.subscribe(waiting::complete, waiting::completeExceptionally));
            held.tryEmitEmpty();
            settle(manual);
            assertThat(waiting).failsWithin(LIMIT);
        });
    }

    @Test
    void refusalRacingLeaveTellsNobodyTwiceAndLeavesTheKeyFree() {
        rounds(() -> {
            KeyedMutex<String> refusing = new KeyedMutex<>("refusing", new Full());
            Sinks.Empty<String> held = Sinks.empty();
            refusing.inTurn("a", held.asMono()).subscribe();
            Disposable leaver = refusing.inTurn("a", Mono.just("next"))
                    .subscribe(value -> {}, error -> {}, null, LATE_ERRORS_ARE_EXPECTED);
            CompletableFuture<String> last = outcome(refusing.inTurn("a", Mono.just("last")));
            Races.race(leaver::dispose, held::tryEmitEmpty);
            assertThat(last).failsWithin(LIMIT);
            settle(refusing);
        });
    }

    @Test
    void keysDoNotDisturbEachOther() {
        rounds(() -> {
            Sinks.Empty<String> held = hold();
            CompletableFuture<String> waiting = outcome(join("next"));
            CompletableFuture<String> other = new CompletableFuture<>();
            Races.race(
                    held::tryEmitEmpty,
                    () -> mutex.inTurn("b", Mono.just("other")).subscribe(other::complete));
            assertThat(waiting).succeedsWithin(LIMIT);
            assertThat(other).isCompletedWithValue("other");
        });
    }

    @Test
    void crowdThatComesAndLeavesCountsRight() {
        int[] plain = new int[1];
        Mono<Integer> count = mutex.inTurn("a", inside.watch(Mono.fromSupplier(() -> ++plain[0])));
        Mono<Void> contender = count.repeat(500).then();
        Mono<Void> leaver = Mono.firstWithSignal(
                        mutex.inTurn("a", inside.watch(Mono.never())),
                        Mono.empty().publishOn(THREADS))
                .repeat(500)
                .then();
        Flux<Void> crowd = Flux.range(0, 8)
                .flatMap(i -> (i % 2 == 0 ? contender : leaver).subscribeOn(Schedulers.boundedElastic()));
        StepVerifier.create(crowd).expectComplete().verify(LIMIT);
        settle(mutex);
        inside.assertNeverTwo();
        assertThat(plain[0]).isEqualTo(4 * 501);
    }

    /** Each round with the key free at its beginning and end, and never two at work in between. */
    private void rounds(Runnable round) {
        Races.rounds(() -> {
            inside = new Inside();
            round.run();
            settle(mutex);
            inside.assertNeverTwo();
        });
    }

    private Mono<String> join(String what) {
        return mutex.inTurn("a", inside.watch(Mono.just(what)));
    }

    private static CompletableFuture<String> outcome(Mono<String> turn) {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        turn.subscribe(outcome::complete, outcome::completeExceptionally);
        return outcome;
    }

    private Sinks.Empty<String> hold() {
        Sinks.Empty<String> end = Sinks.empty();
        mutex.inTurn("a", inside.watch(end.asMono())).subscribe();
        return end;
    }

    private Disposable stay() {
        return mutex.inTurn("a", inside.watch(Mono.never())).subscribe();
    }

    private static void proceed(ConcurrentLinkedQueue<Runnable> handed) {
        for (Runnable next = handed.poll(); next != null; next = handed.poll()) next.run();
    }

    private static void settle(KeyedMutex<String> mutex) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (mutex.keys() != 0) {
            if (System.nanoTime() > end) fail("somebody still holds or waits");
            Thread.onSpinWait();
        }
    }

    private static final class Full implements Scheduler {

        @Override
        public Disposable schedule(Runnable task) {
            throw new RejectedExecutionException("full");
        }

        @Override
        public Worker createWorker() {
            throw new RejectedExecutionException("full");
        }
    }
}
