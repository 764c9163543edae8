package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PlacesTests {

    private final Places places = new Places(3, 2);

    @Test
    void ownerTakesNoMoreThanHisOwnAndAllNoMoreThanThereAre() {
        places.take("a");
        places.take("a");
        assertThatThrownBy(() -> places.take("a"))
                .isInstanceOfSatisfying(
                        SandboxException.LimitReached.class,
                        refusal -> assertThat(refusal.own()).isTrue());
        places.take("b");
        assertThatThrownBy(() -> places.take("b"))
                .isInstanceOfSatisfying(
                        SandboxException.LimitReached.class,
                        refusal -> assertThat(refusal.own()).isFalse());
        places.force("b");
        assertThat(places.taken()).isEqualTo(4);
        assertThat(places.taken("b")).isEqualTo(2);
    }

    @Test
    void placeIsFreedOnce() {
        Places.Place first = places.take("a");
        places.take("a");
        first.close();
        first.close();
        first.leave();
        assertThat(places.taken()).isEqualTo(1);
        assertThat(places.taken("a")).isEqualTo(1);
        assertThat(first.settle()).isFalse();
    }

    @Test
    void whoLeavesFreesWhatIsNotSettled() {
        Places.Place left = places.take("a");
        left.leave();
        left.close();
        assertThat(places.taken()).isZero();
        Places.Place settled = places.take("a");
        assertThat(settled.settle()).isTrue();
        assertThat(settled.settle()).isFalse();
        settled.leave();
        assertThat(places.taken("a")).isEqualTo(1);
        settled.close();
        assertThat(places.taken("a")).isZero();
    }
}
