package dev.sandbar.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameRingTests {

    @Test
    void keepsTheNewestByNumber() {
        FrameRing ring = new FrameRing(4, 1000);
        for (long seq = 1; seq <= 10; seq++) ring.add(frame(seq, 1));
        assertThat(ring.last()).isEqualTo(10);
        assertThat(ring.get(6)).isNull();
        for (long seq = 7; seq <= 10; seq++) assertThat(ring.get(seq)).isNotNull();
        assertThat(ring.get(11)).isNull();
        assertThat(ring.bytes()).isEqualTo(4);
    }

    @Test
    void keepsTheNewestByBytesAndThatOneAlways() {
        FrameRing ring = new FrameRing(100, 10);
        for (long seq = 1; seq <= 9; seq++) ring.add(frame(seq, 3));
        assertThat(ring.get(6)).isNull();
        assertThat(ring.get(7)).isNotNull();
        ring.add(frame(10, 50));
        assertThat(ring.get(9)).isNull();
        assertThat(ring.get(10)).isNotNull();
        assertThat(ring.bytes()).isEqualTo(50);
    }

    @Test
    void holdsAsManyBytesAsItMay() {
        FrameRing ring = new FrameRing(100, 9);
        for (long seq = 1; seq <= 9; seq++) ring.add(frame(seq, 3));
        assertThat(ring.get(6)).isNull();
        assertThat(ring.get(7)).isNotNull();
        assertThat(ring.bytes()).isEqualTo(9);
    }

    @Test
    void aHoleEmptiesIt() {
        FrameRing ring = new FrameRing(8, 1000);
        ring.begin(20);
        assertThat(ring.last()).isEqualTo(20);
        ring.add(frame(21, 1));
        ring.add(frame(30, 1));
        assertThat(ring.get(21)).isNull();
        assertThat(ring.get(30)).isNotNull();
        assertThat(ring.bytes()).isEqualTo(1);
    }

    @Test
    void neverHoldsMoreThanItMay() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        FrameRing ring = new FrameRing(16, 200);
        long seq = 0;
        for (int i = 0; i < 10_000; i++) {
            seq += random.nextInt(50) == 0 ? 1 + random.nextInt(40) : 1;
            int size = 1 + random.nextInt(60);
            ring.add(frame(seq, size));
            assertThat(ring.bytes()).as("seed %d", seed).isBetween((long) size, 200L);
            assertThat(ring.get(seq)).isNotNull();
        }
    }

    private static SseFrame frame(long seq, int bytes) {
        return new SseFrame(seq, "test", new byte[bytes]);
    }
}
