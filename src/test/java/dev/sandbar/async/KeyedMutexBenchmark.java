package dev.sandbar.async;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a turn costs, beside subscribing to the work: alone, and with 64 who want the same key. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyedMutexBenchmark {

    private static final int CONTENDERS = 64;

    private final KeyedMutex<String> mutex = new KeyedMutex<>("benchmark", Schedulers.parallel());
    private final Mono<Integer> work = Mono.fromSupplier(() -> 1);
    private final Mono<Integer> turn = mutex.inTurn("key", work);
    private final Mono<Integer> elsewhere = work.subscribeOn(Schedulers.parallel());
    private final Mono<Integer> turnElsewhere = mutex.inTurn("key", elsewhere);

    @Benchmark
    public @Nullable Integer bareWork() {
        return work.block();
    }

    @Benchmark
    public @Nullable Integer uncontendedTurn() {
        return turn.block();
    }

    @Benchmark
    @OperationsPerInvocation(CONTENDERS)
    public @Nullable Integer bareContenders() {
        return crowd(elsewhere);
    }

    @Benchmark
    @OperationsPerInvocation(CONTENDERS)
    public @Nullable Integer contendersOfOneKey() {
        return crowd(turnElsewhere);
    }

    private static @Nullable Integer crowd(Mono<Integer> each) {
        return Flux.range(0, CONTENDERS).flatMap(contender -> each, CONTENDERS).blockLast();
    }
}
