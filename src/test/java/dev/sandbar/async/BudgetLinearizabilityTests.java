package dev.sandbar.async;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** Whatever two threads do with a budget has the outcome of doing it one after the other. Public for Lincheck. */
public class BudgetLinearizabilityTests {

    private final Budget budget = new Budget("raced", 3);

    @Operation
    public boolean takeOne() {
        return budget.tryTake(1);
    }

    @Operation
    public boolean takeTwo() {
        return budget.tryTake(2);
    }

    @Operation
    public void giveOne() {
        budget.give(1);
    }

    @Operation
    public long taken() {
        return budget.taken();
    }

    @Test
    void holdsForTheInterleavingsOfRandomOperations() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(20)
                .invocationsPerIteration(200)
                .check(BudgetLinearizabilityTests.class);
    }
}
