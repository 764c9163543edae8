package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.Budget;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AllowanceTests {

    private static final long FIRST = Allowance.FIRST;

    private final Budget budget = new Budget("output", 10 * FIRST);

    private Allowance take(long most) {
        return Objects.requireNonNull(Allowance.take(budget, most));
    }

    @Test
    void growsByDoublingUpToItsBound() {
        Allowance allowance = take(3 * FIRST);
        assertThat(allowance.granted()).isEqualTo(FIRST);
        assertThat(allowance.grow()).isTrue();
        assertThat(allowance.granted()).isEqualTo(2 * FIRST);
        assertThat(allowance.grow()).isTrue();
        assertThat(allowance.granted()).isEqualTo(3 * FIRST);
        assertThat(allowance.grow()).isFalse();
        assertThat(budget.taken()).isEqualTo(3 * FIRST);
    }

    @Test
    void beginsWithNoMoreThanItsBound() {
        assertThat(take(10).granted()).isEqualTo(10);
        assertThat(budget.taken()).isEqualTo(10);
    }

    @Test
    void growsOnlyWhereThereIsSome() {
        Allowance allowance = take(8 * FIRST);
        assertThat(budget.tryTake(9 * FIRST)).isTrue();
        assertThat(allowance.grow()).isFalse();
        assertThat(allowance.granted()).isEqualTo(FIRST);
        assertThat(Allowance.take(budget, FIRST)).isNull();
        assertThat(Allowance.force(budget, FIRST).granted()).isZero();
        assertThat(Allowance.force(budget, FIRST).grow()).isFalse();
    }

    @Test
    void whatIsNotNeededIsThereForOthers() {
        Allowance allowance = take(FIRST);
        allowance.shrink(2 * FIRST);
        assertThat(budget.taken()).isEqualTo(FIRST);
        allowance.shrink(100);
        assertThat(allowance.granted()).isEqualTo(100);
        assertThat(budget.taken()).isEqualTo(100);
        allowance.close();
        allowance.close();
        assertThat(budget.taken()).isZero();
        assertThat(allowance.grow()).isFalse();
        allowance.shrink(0);
        assertThat(budget.taken()).isZero();
        assertThat(Allowance.none(budget).grow()).isFalse();
    }
}
