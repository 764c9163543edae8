package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class EntriesTests {

    private final Places places = new Places(10, 10);
    private final Entries entries = new Entries(places, new Ended(SandboxSettings.Keep.DEFAULT));

    private static Sandbox sandbox(String id) {
        Instant now = Instant.EPOCH;
        Limits limits = new Limits(1, 128, 64, 64);
        Map<String, String> none = Map.of();
        return new Sandbox(id, "ann", 1, "h", SandboxState.RUNNING, null, "base", limits, none, none, now, now, null);
    }

    @Test
    void placeOfOneThatCantBeMadeIsFree() {
        Places.Place place = entries.reserve("ann");
        assertThatThrownBy(() -> entries.enter(place, () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        assertThat(places.taken()).isZero();
    }

    @Test
    void placeOfWhomHasLeftTakesNobodyIn() {
        Places.Place place = entries.reserve("ann");
        place.leave();
        assertThatThrownBy(() -> entries.enter(place, () -> sandbox("a"))).isInstanceOf(CancellationException.class);
        assertThat(entries.count()).isZero();
    }

    @Test
    void whoComesInWhileItClosesIsPutOutAgain() {
        Places.Place place = entries.reserve("ann");
        entries.close();
        assertThatThrownBy(() -> entries.enter(place, () -> sandbox("a")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(entries.find("a")).isNull();
        assertThat(places.taken()).isZero();
        assertThatThrownBy(() -> entries.reserve("ann")).isInstanceOf(RejectedExecutionException.class);
        assertThat(places.taken()).isZero();
    }

    @Test
    void recordThatIsThereTwiceIsTakenUpOnce() {
        Entry first = entries.enter(new Records.Kept(sandbox("a"), 1));
        assertThat(entries.enter(new Records.Kept(sandbox("a"), 2))).isNull();
        assertThat(entries.find("a")).isSameAs(first);
        assertThat(places.taken("ann")).isEqualTo(1);
    }
}
