package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateTests {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Rate rate = new Rate(4);
    private long now = 5 * SECOND;

    private boolean take(String key) {
        if (rate.waitFor(key, now) > 0) return false;
        rate.take(key, now);
        return true;
    }

    private int takeAll(String key) {
        int taken = 0;
        while (take(key)) taken++;
        return taken;
    }

    @Test
    void oneSecondsWorthAtOnceThenOneByOne() {
        assertThat(takeAll("a")).isEqualTo(4);
        assertThat(rate.waitFor("a", now)).isEqualTo(SECOND / 4);
        now += SECOND / 4 - 1;
        assertThat(take("a")).isFalse();
        now += 1;
        assertThat(takeAll("a")).isEqualTo(1);
        now += 100 * SECOND;
        assertThat(takeAll("a")).isEqualTo(4);
    }

    @Test
    void keysHaveTheirOwn() {
        takeAll("a");
        assertThat(takeAll("b")).isEqualTo(4);
    }

    @Test
    void rateIsKeptOverTime() {
        int taken = 0;
        for (int i = 0; i < 1000; i++) {
            taken += takeAll("a");
            now += SECOND / 100;
        }
        assertThat(taken).isBetween(4 + 39, 4 + 40);
    }

    @Test
    void clockThatIsSetBackLocksNobodyOut() {
        takeAll("a");
        now -= 3 * SECOND;
        assertThat(takeAll("a")).isEqualTo(4);
        takeAll("b");
        now -= 3 * SECOND;
        rate.sweep(now);
        assertThat(rate.keys()).isZero();
    }

    @Test
    void aBucketThatWasEmptiedAtOnceIsStillCounted() {
        takeAll("a");
        rate.sweep(now);
        assertThat(rate.keys()).isEqualTo(1);
        assertThat(take("a")).isFalse();
    }

    @Test
    void fullBucketsAreForgotten() {
        take("a");
        rate.sweep(now);
        assertThat(rate.keys()).isEqualTo(1);
        now += SECOND / 4;
        rate.sweep(now);
        assertThat(rate.keys()).isZero();
    }

    @Test
    void thereAreNoMoreKeysThanMayBe() {
        for (int i = 0; i < Rate.MOST_KEYS; i++) take("k" + i);
        assertThat(rate.waitFor("one more", now)).isEqualTo(SECOND);
        assertThat(take("k1")).isTrue();
        now += SECOND;
        assertThat(take("one more")).isTrue();
        assertThat(rate.keys()).isEqualTo(1);
    }
}
