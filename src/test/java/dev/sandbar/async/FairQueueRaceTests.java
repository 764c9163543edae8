package dev.sandbar.async;

import static dev.sandbar.async.Races.race;
import static dev.sandbar.async.Races.rounds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.FairQueue.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Each pair of what can happen to those of a queue at the same moment: enter, leave, expire, end, close. */
class FairQueueRaceTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Scheduler THREADS = Schedulers.newParallel("fair", 2, true);

    private final FairQueue<String> queue =
            new FairQueue<>("raced", new Bounds(1, 1, 10_000, 10_000, Duration.ofHours(1)), THREADS);
    private final Inside inside = new Inside();

    @AfterEach
    void nobodyWorksOrWaits() {
        settle(queue);
        assertThat(queue.working()).isZero();
        assertThat(queue.waiting()).isZero();
        inside.assertNeverTwo();
    }

    @AfterAll
    static void stopThreads() {
        THREADS.dispose();
    }

    /** Turns end a little after their works' results are told. */
    private static void settle(FairQueue<String> queue) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (queue.keys() > 0 && System.nanoTime() < end) Thread.onSpinWait();
        assertThat(queue.keys()).isZero();
    }

    private <T> Mono<T> enter(String key, Mono<T> work) {
        return queue.inTurn(key, false, turn -> inside.watch(work).doFinally(signal -> turn.close()));
    }

    private CompletableFuture<String> entered(String key) {
        CompletableFuture<String> result = new CompletableFuture<>();
        enter(key, Mono.just(key)).subscribe(result::complete, result::completeExceptionally);
        return result;
    }

    private Sinks.Empty<String> hold() {
        Sinks.Empty<String> held = Sinks.empty();
        enter("held", held.asMono()).subscribe();
        return held;
    }

    @Test
    void enterRacingEnterLetsBothWorkInTurn() {
        rounds(() -> {
            CompletableFuture<String> one = new CompletableFuture<>();
            CompletableFuture<String> other = new CompletableFuture<>();
            race(
                    () -> enter("a", Mono.just("a")).subscribe(one::complete),
                    () -> enter("b", Mono.just("b")).subscribe(other::complete));
            assertThat(one).succeedsWithin(LIMIT);
            assertThat(other).succeedsWithin(LIMIT);
        });
    }

    @Test
    void enterRacingTheEndOfATurnIsAlwaysLetIn() {
        rounds(() -> {
            Sinks.Empty<String> held = hold();
            CompletableFuture<String> result = new CompletableFuture<>();
            race(held::tryEmitEmpty, () -> enter("a", Mono.just("a")).subscribe(result::complete));
            assertThat(result).succeedsWithin(LIMIT);
        });
    }

    @Test
    void leaveRacingTheEndOfATurnLetsTheNextOneIn() {
        rounds(() -> {
            Sinks.Empty<String> held = hold();
            Disposable waiter = enter("a", Mono.never()).subscribe();
            CompletableFuture<String> last = entered("b");
            race(waiter::dispose, held::tryEmitEmpty);
            assertThat(last).succeedsWithin(LIMIT);
        });
    }

    @Test
    void closeRacingTheEndOfATurnRefusesOrLetsInAndNobodyHangs() {
        rounds(() -> {
            FairQueue<String> closing =
                    new FairQueue<>("closing", new Bounds(1, 1, 10, 10, Duration.ofHours(1)), THREADS);
            Sinks.Empty<String> held = Sinks.empty();
            closing.inTurn("held", false, turn -> held.asMono().doFinally(signal -> turn.close()))
                    .subscribe();
            CompletableFuture<String> result = new CompletableFuture<>();
            closing.inTurn("a", false, turn -> Mono.just("a").doFinally(signal -> turn.close()))
                    .onErrorReturn(RejectedExecutionException.class, "refused")
                    .subscribe(result::complete, result::completeExceptionally);
            race(closing::close, held::tryEmitEmpty);
            assertThat(result).succeedsWithin(LIMIT);
            settle(closing);
        });
    }

    @Test
    void theEndOfPatienceRacingTheTurnTellsOneOfBoth() {
        Bounds hasty = new Bounds(1, 1, 10, 10, Duration.ofMillis(1));
        for (int i = 0; i < 200; i++) {
            FairQueue<String> impatient = new FairQueue<>("impatient", hasty, THREADS);
            Sinks.Empty<String> held = Sinks.empty();
            impatient
                    .inTurn("held", false, turn -> held.asMono().doFinally(signal -> turn.close()))
                    .subscribe();
            CompletableFuture<String> result = new CompletableFuture<>();
            impatient
                    .inTurn("a", false, turn -> Mono.just("a").doFinally(signal -> turn.close()))
                    .onErrorReturn(QueueFullException.class, "late")
                    .subscribe(result::complete, result::completeExceptionally);
            Mono.delay(Duration.ofNanos(ThreadLocalRandom.current().nextLong(2_000_000)), THREADS)
                    .subscribe(passed -> held.tryEmitEmpty());
            assertThat(result).succeedsWithin(LIMIT);
            settle(impatient);
        }
    }

    /** Whatever a crowd does, no more than so many work, and all who stay are served. */
    @Test
    void aCrowdThatComesAndLeavesIsServed() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        FairQueue<String> busy =
                new FairQueue<>("busy", new Bounds(4, 3, 10_000, 10_000, Duration.ofHours(1)), THREADS);
        List<Mono<Integer>> all = IntStream.range(0, 3000)
                .mapToObj(i -> busy.inTurn(i < 2500 ? "many" : "few" + i % 5, i % 7 == 0, turn -> one(now, most, turn)))
                .toList();
        Long served = Flux.range(0, all.size())
                .flatMap(i -> i % 3 == 0 ? left(all.get(i)) : all.get(i).subscribeOn(THREADS), 3000)
                .count()
                .block(LIMIT);
        assertThat(served).isEqualTo(2000);
        assertThat(most.get()).isBetween(1, 4);
        settle(busy);
        assertThat(now).hasValue(0);
    }

    private static Mono<Integer> left(Mono<Integer> one) {
        return one.subscribeOn(THREADS)
                .takeUntilOther(Mono.just(true).publishOn(THREADS))
                .filter(done -> false);
    }

    private static Mono<Integer> one(AtomicInteger now, AtomicInteger most, Permit turn) {
        int working = now.incrementAndGet(); // before anybody can leave
        return Mono.just(most.accumulateAndGet(working, Math::max))
                .delayElement(Duration.ofNanos(100_000), THREADS)
                .doFinally(signal -> {
                    now.decrementAndGet();
                    turn.close();
                });
    }
}
