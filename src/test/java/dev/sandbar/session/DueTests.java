package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.RuntimeUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can't be done now is tried again after pauses that grow up to a minute, and at once after it was done. */
class DueTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void pausesDoubleFromASecondToAMinuteAndStayThere() {
        Due due = new Due();
        Instant now = NOW;
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i <= 70; i++) {
            assertThat(due.failed(now)).isEqualTo(i);
            long pause = 0;
            while (!due.at(now.plusMillis(pause))) pause += 500;
            pauses.add(pause);
            now = now.plusMillis(pause);
        }
        assertThat(pauses.subList(0, 8))
                .containsExactly(1000L, 2000L, 4000L, 8000L, 16_000L, 32_000L, 60_000L, 60_000L);
        assertThat(pauses.subList(6, 70)).containsOnly(60_000L);
    }

    @Test
    void successEndsThePauseAndTheCount() {
        Due due = new Due();
        for (int i = 0; i < 5; i++) due.failed(NOW);
        assertThat(due.at(NOW)).isFalse();
        due.succeeded();
        assertThat(due.at(NOW)).isTrue();
        assertThat(due.failed(NOW)).isEqualTo(1);
        assertThat(due.at(NOW.plusMillis(999))).isFalse();
        assertThat(due.at(NOW.plusMillis(1000))).isTrue();
    }

    @Test
    void oneBeginsAtATimeAndNoneInAPause() {
        Due due = new Due();
        assertThat(due.begin(NOW)).isTrue();
        assertThat(due.begin(NOW)).isFalse();
        due.over();
        assertThat(due.begin(NOW)).isTrue();
        due.failed(NOW);
        due.over();
        assertThat(due.begin(NOW)).isFalse();
        assertThat(due.begin(NOW.plusSeconds(1))).isTrue();
    }

    /** Of two minutes: at once, and then after 1, 2, 4, 8, 16, 32 and 60 s, at the next sweep each. */
    @Test
    void anOwedDeletionIsTriedEverMoreSeldomAndAtOnceForTheNextOne() {
        try (House house = House.running()) {
            String id = house.open();
            house.machine.destructionFails = new RuntimeUnavailableException("no");
            house.ask(house.sessions().teardown("ann", id, false));
            house.advance(Duration.ofMinutes(2));
            Due due = house.sessions().entries().own("ann", id).due();
            assertThat(due.failed(house.now()) - 1).isBetween(6, 8);
            house.machine.destructionFails = null;
            house.advance(Duration.ofSeconds(61));
            assertThat(house.get(id).owed()).isEmpty();
            assertThat(due.failed(house.now())).isEqualTo(1);
        }
    }
}
