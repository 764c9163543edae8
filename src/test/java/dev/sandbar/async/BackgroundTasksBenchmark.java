package dev.sandbar.async;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What owning a piece of work costs, beside subscribing to it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BackgroundTasksBenchmark {

    private final BackgroundTasks tasks = new BackgroundTasks("benchmark", 1_000, Schedulers.parallel());
    private final Mono<Integer> work = Mono.fromSupplier(() -> 1);

    @Benchmark
    public @Nullable Integer bareSubscription() {
        return work.block();
    }

    @Benchmark
    public @Nullable Integer ownedTask() {
        return tasks.start("work", work).block();
    }

    @TearDown
    public void close() {
        tasks.close();
    }
}
