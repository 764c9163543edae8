package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BudgetTests {

    private final Budget budget = new Budget("bytes", 10);

    @AfterEach
    void neverMoreIsTakenThanThereIs() {
        assertThat(budget.taken()).isBetween(0L, budget.most());
    }

    @Test
    void aBudgetOfNothingGivesNothing() {
        Budget none = new Budget("none", 0);
        assertThat(none.tryTake(0)).isTrue();
        assertThat(none.tryTake(1)).isFalse();
    }

    @Test
    void allOrNothingIsTaken() {
        assertThat(budget.tryTake(7)).isTrue();
        assertThat(budget.tryTake(4)).isFalse();
        assertThat(budget.taken()).isEqualTo(7);
        assertThat(budget.tryTake(3)).isTrue();
        assertThat(budget.taken()).isEqualTo(10);
    }

    @Test
    void whatWasGivenBackIsThereAgain() {
        assertThat(budget.tryTake(10)).isTrue();
        budget.give(4);
        assertThat(budget.taken()).isEqualTo(6);
        assertThat(budget.tryTake(4)).isTrue();
    }

    @Test
    void amountsThatWouldOverflowAreRefused() {
        assertThat(budget.tryTake(1)).isTrue();
        assertThat(budget.tryTake(Long.MAX_VALUE)).isFalse();
        assertThat(budget.taken()).isOne();
        assertThatThrownBy(() -> budget.give(Long.MAX_VALUE)).isInstanceOf(IllegalStateException.class);
        assertThat(budget.taken()).isOne();
    }

    @Test
    void moreThanWasTakenIsNotGivenBack() {
        assertThat(budget.tryTake(2)).isTrue();
        assertThatThrownBy(() -> budget.give(3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("bytes: 3 given back, but only 2 taken");
        assertThat(budget.taken()).isEqualTo(2);
    }

    @Test
    void negativeAmountsAreRefused() {
        assertThatThrownBy(() -> budget.tryTake(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> budget.give(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Budget("bytes", -1)).hasMessage("bytes must be at least 0, not -1");
    }

    @Test
    void permitGivesBackOnce() {
        assertThat(budget.tryTake(3)).isTrue();
        Permit permit = budget.take(5);
        assertThat(permit).isNotNull();
        assertThat(permit.amount()).isEqualTo(5);
        permit.close();
        permit.close();
        assertThat(budget.taken()).isEqualTo(3);
    }

    @Test
    void thereIsNoPermitForMoreThanIsLeft() {
        assertThat(budget.take(11)).isNull();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void budgetIsCalledByItsName() {
        assertThat(budget).hasToString("bytes");
    }

    @Test
    void takeRacingTakeGivesToOneOnly() {
        Races.rounds(() -> {
            Budget raced = new Budget("raced", 3);
            AtomicInteger successes = new AtomicInteger();
            Runnable take = () -> {
                if (raced.tryTake(2)) successes.incrementAndGet();
            };
            Races.race(take, take);
            assertThat(successes).hasValue(1);
            assertThat(raced.taken()).isEqualTo(2);
        });
    }

    @Test
    void takeRacingGiveLosesNothing() {
        Races.rounds(() -> {
            Budget raced = new Budget("raced", 10);
            assertThat(raced.tryTake(5)).isTrue();
            Races.race(() -> assertThat(raced.tryTake(4)).isTrue(), () -> raced.give(5));
            assertThat(raced.taken()).isEqualTo(4);
        });
    }

    @Test
    void giveRacingGiveGivesBackBoth() {
        Races.rounds(() -> {
            Budget raced = new Budget("raced", 10);
            assertThat(raced.tryTake(9)).isTrue();
            Races.race(() -> raced.give(5), () -> raced.give(4));
            assertThat(raced.taken()).isZero();
        });
    }

    @Test
    void closeRacingCloseGivesBackOnce() {
        Races.rounds(() -> {
            Budget raced = new Budget("raced", 10);
            assertThat(raced.tryTake(1)).isTrue();
            try (Permit permit = raced.take(5)) {
                assertThat(permit).isNotNull();
                Races.race(permit::close, permit::close);
                assertThat(raced.taken()).isOne();
            }
            assertThat(raced.taken()).isOne();
        });
    }
}
