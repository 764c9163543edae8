package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.Slot.Next;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SlotTests {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = AT.plusSeconds(5);
    private static final Next SECOND = new Next("i2", "big", "a1");

    private final Slot making = Slot.none(AT).making("i1", "small", null, LATER);
    private final Slot ready = making.ready(LATER);
    private final Slot replacing = ready.replacing(SECOND, "why", LATER);

    @Test
    void onlyWhatIsMadeIsAwaited() {
        assertThat(making.awaits(1)).isTrue();
        assertThat(making.awaits(0)).isFalse();
        assertThat(ready.awaits(1)).isFalse();
        assertThat(replacing.awaits(2)).isTrue();
        assertThat(making.failed("no room", false, LATER).awaits(2)).isFalse();
        assertThat(making.tornDown("client", LATER).awaits(2)).isFalse();
    }

    @Test
    void itHasWhatIsThereAndWhatIsMade() {
        assertThat(Slot.none(AT).has("i1")).isFalse();
        assertThat(making.has("i1")).isTrue();
        assertThat(ready.has("i2")).isFalse();
        assertThat(replacing.has("i1")).isTrue();
        assertThat(replacing.has("i2")).isTrue();
        assertThat(replacing.has("i3")).isFalse();
    }

    @Test
    void replacementTakesThePlaceOrNothingChanges() {
        Slot replaced = replacing.replaced(SECOND, LATER);
        assertThat(replaced.sandboxId()).isEqualTo("i2");
        assertThat(replaced.hardware()).isEqualTo("big");
        assertThat(replaced.has("i1")).isFalse();
        Slot kept = replacing.kept("no room", LATER);
        assertThat(kept.state()).isEqualTo(SlotState.READY);
        assertThat(kept.sandboxId()).isEqualTo("i1");
        assertThat(kept.error()).isEqualTo("no room");
        assertThat(kept.has("i2")).isFalse();
    }

    @Test
    void failureIsToldOnce() {
        Slot failed = making.failed("no room", false, LATER);
        assertThat(failed.told()).isFalse();
        assertThat(failed.withTold().told()).isTrue();
        assertThat(failed.withTold().error()).isEqualTo("no room");
        assertThat(making.failed("no room", true, LATER).told()).isTrue();
    }

    @Test
    void clientsSeeStatesAsWords() {
        for (SlotState state : SlotState.values()) {
            assertThat(state.wireName()).isEqualTo(state.name().toLowerCase(Locale.ROOT));
            boolean making = state == SlotState.PRELOADING || state == SlotState.REPLACING;
            assertThat(state.inFlight()).isEqualTo(making);
        }
        for (SessionState state : SessionState.values()) {
            assertThat(state.wireName()).isEqualTo(state.name().toLowerCase(Locale.ROOT));
        }
        for (Approval.State state : Approval.State.values()) {
            assertThat(state.wireName()).isEqualTo(state.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void whatBecameOfTheOneBeforeIsSaid() {
        assertThat(Words.lost(making.failed("no room", true, LATER))).isEqualTo("no room");
        assertThat(Words.lost(making.tornDown("client", LATER)))
                .isEqualTo("the sandbox was torn down meanwhile (client)");
    }

    /** So that what an earlier attempt still brings is known as such. */
    @Test
    void eachAttemptHasANumberOfItsOwn() {
        assertThat(making.generation()).isEqualTo(Slot.none(AT).generation() + 1);
        assertThat(ready.generation()).isEqualTo(making.generation());
        assertThat(replacing.generation()).isEqualTo(ready.generation() + 1);
        assertThat(replacing.kept("no room", LATER).generation()).isEqualTo(replacing.generation());
        assertThat(making.failed("no room", false, LATER).generation()).isEqualTo(making.generation() + 1);
        assertThat(ready.tornDown("client", LATER).generation()).isEqualTo(ready.generation() + 1);
    }
}
