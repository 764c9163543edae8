package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.DiskUse;
import dev.sandbar.runtime.DiskUse.Share;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiskBlameTests {

    /** Of 1,000,000 bytes, 2,000 are noise, and 50,000 much. */
    private static final DiskLevel LEVEL = DiskLevel.of(
            new DiskUse(1, 1_000_000, 500_000, 1_000_000, Map.of()), new DiskSettings(10, 5, 1 << 20, 1 << 20));

    private final DiskBlame blame = new DiskBlame();

    private void look(long a, long b) {
        blame.look(Map.of("a", new Share(a, 1), "b", new Share(b, 1)));
    }

    private String blamed() {
        return blame.sandbox(LEVEL, Set.of("a", "b")).orElse("nobody");
    }

    @Test
    void whoHasMoreThanOthersAndGrowsIsToBlame() {
        look(100_000, 40_000);
        look(102_001, 40_000);
        assertThat(blamed()).isEqualTo("a");
        assertThat(blame.owners(LEVEL, Map.of("a", "alice", "b", "bob"))).containsExactly("alice");
    }

    @Test
    void whoHasLittleIsNotToBlameThoughHeGrows() {
        look(45_000, 10_000);
        look(45_000, 20_000);
        assertThat(blamed()).isEqualTo("nobody");
    }

    @Test
    void growthWithinTheNoiseIsNone() {
        look(40_000, 40_000);
        look(42_000, 40_000);
        assertThat(blamed()).isEqualTo("nobody");
    }

    @Test
    void whoHasMuchIsToBlameWhereNobodyGrows() {
        look(50_000, 10_000);
        assertThat(blamed()).isEqualTo("nobody");
        look(50_001, 10_000);
        assertThat(blamed()).isEqualTo("a");
    }

    @Test
    void ofTwoWhoGrowTheFasterOneGoes() {
        look(30_000, 30_000);
        look(40_000, 40_001);
        assertThat(blamed()).isEqualTo("b");
    }

    @Test
    void whoHaveTheSameAndGrowAreBothToBlame() {
        look(30_000, 30_000);
        look(40_000, 40_000);
        assertThat(blame.owners(LEVEL, Map.of("a", "alice", "b", "bob"))).containsExactlyInAnyOrder("alice", "bob");
    }

    @Test
    void growthCountsOverTheLastLooksOnly() {
        look(10_000, 10_000);
        for (int i = 0; i < 5; i++) look(40_000, 40_000);
        assertThat(blamed()).isEqualTo("nobody");
    }

    @Test
    void sandboxThatIsNewHasGrownByAllThatItHas() {
        blame.look(Map.of("a", new Share(10_000, 1)));
        look(10_000, 12_001);
        assertThat(blamed()).isEqualTo("b");
        assertThat(blame.sandbox(LEVEL, Set.of("a"))).isEmpty();
    }

    @Test
    void nobodyIsToBlameForWhatWasNotSeen() {
        assertThat(blamed()).isEqualTo("nobody");
        look(30_000, 10_000);
        look(40_000, 10_000);
        blame.forget();
        assertThat(blamed()).isEqualTo("nobody");
        assertThat(blame.owners(LEVEL, Map.of("a", "alice"))).isEmpty();
    }
}
