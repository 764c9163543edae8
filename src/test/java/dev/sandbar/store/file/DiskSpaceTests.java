package dev.sandbar.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiskSpaceTests {

    private final DiskSpace space = new DiskSpace(100);

    @Test
    void allOfItMayBeTakenButNoMore() {
        assertThat(space.tryTake(100)).isTrue();
        assertThat(space.tryTake(1)).isFalse();
        space.give(40);
        assertThat(space.tryTake(41)).isFalse();
        assertThat(space.tryTake(40)).isTrue();
        assertThat(space.used()).isEqualTo(100);
    }

    @Test
    void whatIsThereAlreadyCountsThoughItIsTooMuch() {
        space.found(150);
        assertThat(space.tryTake(0)).isFalse();
        space.give(60);
        assertThat(space.tryTake(10)).isTrue();
        assertThat(space.tryTake(1)).isFalse();
    }
}
