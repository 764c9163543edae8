package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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

    /** As a writer does: one publisher after the other, asked for ahead. */
    private static Flux<List<Integer>> written(Flux<Integer> source, int capacity) {
        return Batches.each(source, capacity, BatchesTests::next).concatMap(step -> step, 32);
    }

    private static Publisher<List<Integer>> next(Batches<Integer> batches) {
        return batches.ready().then(Mono.fromSupplier(batches::take)).filter(batch -> !batch.isEmpty());
    }
}
