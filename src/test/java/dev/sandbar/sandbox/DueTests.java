package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DueTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Due due = new Due();

    @Test
    void onlyOneBeginsAtATime() {
        assertThat(due.begin(NOW)).isTrue();
        assertThat(due.begin(NOW)).isFalse();
        due.over();
        assertThat(due.begin(NOW)).isTrue();
    }

    @Test
    void pauseGrowsWithEachFailureUpToAMinute() {
        long[] seconds = {1, 2, 4, 8, 16, 32, 60, 60, 60};
        Instant at = NOW;
        for (int i = 0; i < seconds.length; i++) {
            assertThat(due.failed(at)).isEqualTo(i + 1);
            Instant next = at.plusSeconds(seconds[i]);
            assertThat(due.begin(next.minusMillis(1))).isFalse();
            assertThat(due.begin(next)).isTrue();
            due.over();
            at = next;
        }
    }

    @Test
    void refusalIsNoFailure() {
        due.failed(NOW);
        due.failed(NOW);
        due.refused(NOW);
        assertThat(due.begin(NOW.plusMillis(999))).isFalse();
        assertThat(due.begin(NOW.plusSeconds(1))).isTrue();
        due.over();
        due.failed(NOW);
        assertThat(due.begin(NOW.plus(Duration.ofMillis(3999)))).isFalse();
        assertThat(due.begin(NOW.plus(Duration.ofSeconds(4)))).isTrue();
    }
}
