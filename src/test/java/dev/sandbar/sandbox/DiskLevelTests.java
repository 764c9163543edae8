package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandbar.runtime.DiskUse;
import dev.sandbar.sandbox.DiskLevel.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiskLevelTests {

    /** Of 1,000,000 the first mark is at 100,000, or at what is enough anyway. */
    private static final DiskSettings SETTINGS = new DiskSettings(10, 5, 1 << 20, 1 << 20);

    private static DiskUse use(long bytes, long inodes) {
        return new DiskUse(bytes, 1_000_000, inodes, 1_000_000, Map.of());
    }

    private static Stage stage(long bytes, long inodes) {
        return DiskLevel.of(use(bytes, inodes), SETTINGS).stage();
    }

    @Test
    void marksAreMetWhenLessIsLeft() {
        assertThat(stage(100_000, 500_000)).isEqualTo(Stage.CALM);
        assertThat(stage(99_999, 500_000)).isEqualTo(Stage.REFUSE);
        assertThat(stage(50_000, 500_000)).isEqualTo(Stage.REFUSE);
        assertThat(stage(49_999, 500_000)).isEqualTo(Stage.END);
        assertThat(stage(500_000, 99_999)).isEqualTo(Stage.REFUSE);
        assertThat(stage(500_000, 49_999)).isEqualTo(Stage.END);
    }

    @Test
    void whatIsShorterDecides() {
        assertThat(DiskLevel.of(use(99_999, 49_999), SETTINGS).kind()).isEqualTo("inodes");
        assertThat(DiskLevel.of(use(49_999, 99_999), SETTINGS).kind()).isEqualTo("bytes");
        assertThat(DiskLevel.of(use(99_999, 99_999), SETTINGS).kind()).isEqualTo("bytes");
    }

    @Test
    void largeDisksHaveEnoughBelowTheirPercentage() {
        DiskSettings settings = new DiskSettings(10, 5, 40_000, 1);
        assertThat(settings.refuseMark(1_000_000, 40_000)).isEqualTo(40_000);
        assertThat(settings.endMark(1_000_000, 40_000)).isEqualTo(20_000);
        assertThat(new DiskSettings(0, 0, 1, 1).endMark(1_000_000, 1)).isZero();
    }

    @Test
    void fileSystemsThatCountNoInodesLackNone() {
        DiskUse uncounted = new DiskUse(500_000, 1_000_000, 0, 0, Map.of());
        assertThat(DiskLevel.of(uncounted, SETTINGS).isCalm()).isTrue();
    }

    @Test
    void fourTimesTheFirstMarkIsRoomy() {
        assertThat(DiskLevel.isRoomy(use(400_000, 400_000), SETTINGS)).isTrue();
        assertThat(DiskLevel.isRoomy(use(399_999, 400_000), SETTINGS)).isFalse();
        assertThat(DiskLevel.isRoomy(use(400_000, 399_999), SETTINGS)).isFalse();
    }

    @Test
    void muchIsATwentiethAndNoiseAFiveHundredth() {
        DiskLevel level = DiskLevel.of(use(1, 1), SETTINGS);
        assertThat(level.much()).isEqualTo(50_000);
        assertThat(level.noise()).isEqualTo(2_000);
        assertThat(level.isCalm()).isFalse();
    }

    @Test
    void percentagesAreInOrder() {
        assertThat(new DiskSettings(90, 90, 1, 1).endBelow()).isEqualTo(90);
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskSettings(91, 5, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskSettings(10, 11, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskSettings(10, -1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskSettings(10, 5, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new DiskSettings(10, 5, 1, 0));
    }
}
