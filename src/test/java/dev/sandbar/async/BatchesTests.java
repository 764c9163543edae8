package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.util.RaceTestUtils;

class BatchesTests {

    @Test
    void whatHasArrivedIsTakenTogether() {
        StepVerifier.create(written(Flux.range(0, 5), 16))
                .expectNext(List.of(0, 1, 2, 3, 4))
                .verifyComplete();
    }

    @Test
    void nothingIsLostBetweenThreads() {
        Flux<Integer> source = Flux.range(0, 100_000).publishOn(Schedulers.parallel());
        StepVerifier.create(written(source, 16).flatMapIterable(batch -> batch).collectList())
                .assertNext(all -> assertThat(all).hasSize(100_000).isSorted())
                .verifyComplete();
    }

    @Test
    void theSourceWaitsWhenTheTakerDoes() {
        AtomicLong requested = new AtomicLong();
        Flux<Integer> source = Flux.range(0, 1000).doOnRequest(requested::addAndGet);
        StepVerifier.create(Batches.each(source, 8, BatchesTests::next), 1)
                .expectNextCount(1)
                .then(() -> assertThat(requested).hasValue(8))
                .thenCancel()
                .verify();
    }

    @Test
    void anErrorComesBehindWhatWasThere() {
        Flux<Integer> source = Flux.just(1, 2).concatWith(Flux.error(new IllegalStateException("over")));
        StepVerifier.create(written(source, 16)).expectNext(List.of(1, 2)).verifyErrorMessage("over");
    }

    @Test
    void anEmptySourceCompletes() {
        StepVerifier.create(written(Flux.empty(), 16)).verifyComplete();
    }

    @Test
    void leavingCancelsTheSource() {
        TestPublisher<Integer> source = TestPublisher.create();
        StepVerifier.create(written(source.flux(), 16)).thenCancel().verify();
        source.assertCancelled();
    }

    @Test
    void anEmissionThatRacesAWaitWakesIt() {
        for (int round = 0; round < 2000; round++) {
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            List<List<Integer>> taken = new ArrayList<>();
            Sinks.Empty<Void> done = Sinks.empty();
            RaceTestUtils.race(
                    () -> {
                        source.tryEmitNext(1).orThrow();
                        source.tryEmitComplete().orThrow();
                    },
                    () -> written(source.asFlux(), 4)
                            .doOnNext(taken::add)
                            .doOnTerminate(done::tryEmitEmpty)
                            .subscribe());
            StepVerifier.create(done.asMono()).verifyComplete();
            assertThat(taken).isEqualTo(Arrays.asList(List.of(1)));
        }
    }

    @Test
    void noMoreIsTakenThanIsEnough() {
        Batches<Integer> batches = followed(Flux.range(1, 5), 8);
        assertThat(batches.take(value -> value, 3)).containsExactly(1, 2);
        assertThat(batches.take(value -> value, 4)).containsExactly(3, 4);
        assertThat(batches.isEmpty()).isFalse();
        assertThat(batches.take()).containsExactly(5);
        assertThat(batches.isEmpty()).isTrue();
    }

    @Test
    void waitEndsByANudgeThoughNothingIsThere() {
        Batches<Integer> batches = followed(Flux.never(), 8);
        StepVerifier.create(batches.ready()).then(batches::nudge).verifyComplete();
        assertThat(batches.take()).isEmpty();
        batches.nudge();
    }

    @Test
    void finishingCancelsTheSourceAndKeepsWhatIsThere() {
        TestPublisher<Integer> source = TestPublisher.create();
        Batches<Integer> batches = followed(source.flux(), 8);
        source.next(1);
        batches.finish();
        batches.finish();
        source.assertCancelled();
        StepVerifier.create(batches.ready()).verifyComplete();
        assertThat(batches.take()).containsExactly(1);
    }

    @Test
    void errorIsGivenOnceAndOnlyWhenNothingElseIsLeft() {
        Batches<Integer> batches = followed(Flux.just(1).concatWith(Flux.error(new IllegalStateException("over"))), 8);
        assertThat(batches.take()).containsExactly(1);
        assertThatThrownBy(batches::take).hasMessage("over");
        assertThat(batches.take()).isEmpty();
    }

    @Test
    void arrivalRacingATakeIsTakenOnce() {
        Races.rounds(() -> {
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            Batches<Integer> batches = followed(source.asFlux(), 4);
            source.tryEmitNext(1).orThrow();
            List<Integer> taken = new ArrayList<>();
            Races.race(() -> source.tryEmitNext(2).orThrow(), () -> taken.addAll(batches.take()));
            taken.addAll(batches.take());
            assertThat(taken).containsExactly(1, 2);
        });
    }

    @Test
    void endRacingAWaitWakesIt() {
        raceWithAWait((source, batches) -> source.tryEmitComplete());
        raceWithAWait((source, batches) -> source.tryEmitError(new IllegalStateException("over")));
        raceWithAWait((source, batches) -> batches.finish());
    }

    @Test
    void finishRacingWhateverComesWakesTheWait() {
        raceWithAFinish(source -> source.tryEmitNext(1));
        raceWithAFinish(Sinks.Many::tryEmitComplete);
    }

    @Test
    void errorRacingATakeIsGivenOnce() {
        Races.rounds(() -> {
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            Batches<Integer> batches = followed(source.asFlux(), 4);
            AtomicInteger errors = new AtomicInteger();
            Runnable take = () -> {
                try {
                    batches.take();
                } catch (IllegalStateException e) {
                    errors.incrementAndGet();
                }
            };
            Races.race(() -> source.tryEmitError(new IllegalStateException("over")), take);
            take.run();
            assertThat(errors).hasValue(1);
        });
    }

    private static void raceWithAWait(BiConsumer<Sinks.Many<Integer>, Batches<Integer>> end) {
        Races.rounds(() -> {
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            Batches<Integer> batches = followed(source.asFlux(), 4);
            Sinks.Empty<Void> woken = Sinks.empty();
            Races.race(
                    () -> end.accept(source, batches),
                    () -> batches.ready().subscribe(nothing -> {}, error -> {}, woken::tryEmitEmpty));
            StepVerifier.create(woken.asMono()).expectComplete().verify(Duration.ofSeconds(20));
        });
    }

    private static void raceWithAFinish(Consumer<Sinks.Many<Integer>> whatComes) {
        Races.rounds(() -> {
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            Batches<Integer> batches = followed(source.asFlux(), 4);
            Mono<Void> wait = batches.ready();
            Races.race(() -> whatComes.accept(source), batches::finish);
            StepVerifier.create(wait).expectComplete().verify(Duration.ofSeconds(20));
            assertThat(batches.take()).hasSizeLessThanOrEqualTo(1);
            assertThat(batches.take()).isEmpty();
        });
    }

    private static Batches<Integer> followed(Flux<Integer> source, int capacity) {
        return Batches.subscribed(source, capacity);
    }

    /** As a writer does: one publisher after the other, asked for ahead. */
    private static Flux<List<Integer>> written(Flux<Integer> source, int capacity) {
        return Batches.each(source, capacity, BatchesTests::next).concatMap(step -> step, 32);
    }

    private static Publisher<List<Integer>> next(Batches<Integer> batches) {
        return batches.ready().then(Mono.fromSupplier(batches::take)).filter(batch -> !batch.isEmpty());
    }
}
