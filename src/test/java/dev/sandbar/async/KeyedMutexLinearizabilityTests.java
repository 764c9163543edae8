package dev.sandbar.async;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Plain counters that are written in turn are as good as atomic ones, whatever two threads do; others that come and leave
 * don't matter; and nobody waits for ever, which Lincheck reports too. Public for Lincheck.
 */
@Tag("long")
public class KeyedMutexLinearizabilityTests {

    private final KeyedMutex<Integer> mutex = new KeyedMutex<>("raced", Schedulers.immediate());
    private final int[] counters = new int[2];

    @Operation
    public @Nullable Integer count(@Param(gen = IntGen.class, conf = "0:1") int key) {
        return mutex.inTurn(key, Mono.fromSupplier(() -> counters[key]++)).block();
    }

    @Operation
    public void comeAndLeave(@Param(gen = IntGen.class, conf = "0:1") int key) {
        mutex.inTurn(key, Mono.never()).subscribe().dispose();
    }

    @Validate
    public void nobodyHoldsOrWaits() {
        if (mutex.keys() != 0) throw new IllegalStateException(mutex.keys() + " keys are left");
    }

    @Test
    void holdsForTheInterleavingsOfRandomOperations() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .iterations(5)
                .invocationsPerIteration(40)
                .check(KeyedMutexLinearizabilityTests.class);
    }
}
