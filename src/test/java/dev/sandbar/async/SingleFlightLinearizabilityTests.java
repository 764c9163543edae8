package dev.sandbar.async;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Whatever two threads do, each gets the outcome of work on its own key, never are two at work on one key (the counters are
 * plain ones), and nobody waits for ever, which Lincheck reports too. Public for Lincheck.
 */
@Tag("long")
public class SingleFlightLinearizabilityTests {

    private static final int FAILING = 2;

    private final SingleFlight<Integer, Integer> flights = flights(3);
    private final int[] inside = new int[3];

    @Operation
    public @Nullable Integer succeed(@Param(gen = IntGen.class, conf = "0:1") int key) {
        return flights.join(key, () -> work(key)).block();
    }

    @Operation
    public @Nullable Integer fail() {
        Mono<Integer> failing = Mono.error(() -> new IllegalStateException("broken"));
        return flights.join(FAILING, () -> work(FAILING).then(failing))
                .onErrorReturn(IllegalStateException.class, -1)
                .block();
    }

    @Operation
    public void comeAndLeave(@Param(gen = IntGen.class, conf = "0:1") int key) {
        flights.join(key, () -> work(key)).subscribe().dispose();
    }

    private Mono<Integer> work(int key) {
        return Mono.fromSupplier(() -> {
            if (inside[key]++ != 0) throw new AssertionError("two are at work");
            inside[key]--;
            return key;
        });
    }

    @Validate
    public void nothingIsWorkedOn() {
        if (flights.flights() != 0) throw new IllegalStateException(flights.flights() + " keys are left");
    }

    /** Work that doesn't end: who comes first begins it, all others join, and none comes in behind the close. */
    public static class Entering {

        private final SingleFlight<Integer, Integer> flights = flights(1);

        @Operation
        public String join(@Param(gen = IntGen.class, conf = "0:1") int key) {
            Entry entry = new Entry();
            flights.join(key, entry::begin).subscribe(null, entry::refuse);
            return entry.how;
        }

        @Operation
        public void close() {
            flights.close();
        }

        private static final class Entry {

            private String how = "joined";

            Mono<Integer> begin() {
                how = "begun";
                return Mono.never();
            }

            /** Who waits is told of a close too, later than it has joined. */
            void refuse(Throwable error) {
                if (error instanceof RejectedExecutionException) how = String.valueOf(error.getMessage());
            }
        }
    }

    @Test
    void outcomesHoldForTheInterleavingsOfRandomOperations() {
        check(SingleFlightLinearizabilityTests.class);
    }

    @Test
    void entriesHoldForTheInterleavingsOfRandomOperations() {
        check(Entering.class);
    }

    private static void check(Class<?> operations) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .iterations(3)
                .invocationsPerIteration(40)
                .check(operations);
    }

    private static SingleFlight<Integer, Integer> flights(int most) {
        return new SingleFlight<>("raced", Duration.ofDays(1), most, new Standing());
    }
}
