package dev.sandbar.async;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a flight of one's own costs beside the bare work, and what joining one that is there and leaving it again does. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SingleFlightBenchmark {

    private final SingleFlight<String, Integer> flights =
            new SingleFlight<>("benchmark", Duration.ofHours(1), 2, Schedulers.parallel());
    private final Mono<Integer> work = Mono.fromSupplier(() -> 1);
    private final Mono<Integer> alone = flights.join("alone", () -> work);
    private final Mono<Integer> joined = flights.join("joined", Mono::never);

    @Setup(Level.Trial)
    public void begin() {
        joined.subscribe();
    }

    @Benchmark
    public @Nullable Integer bareWork() {
        return work.block();
    }

    @Benchmark
    public @Nullable Integer flightOfOnesOwn() {
        return alone.block();
    }

    @Benchmark
    public Disposable joinAndLeave() {
        Disposable joiner = joined.subscribe();
        joiner.dispose();
        return joiner;
    }

    @TearDown
    public void close() {
        flights.close();
    }
}
