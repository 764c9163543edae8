package dev.sandbar.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class FileJournalSettingsTests {

    @Test
    void journalHasEightSegmentsWithinBounds() {
        assertThat(new FileJournalSettings(8 << 20, 0, 1).segment()).isEqualTo(1 << 20);
        assertThat(new FileJournalSettings(1L << 30, 0, 1).segment()).isEqualTo(4 << 20);
        assertThat(new FileJournalSettings(1, 0, 1).segment()).isEqualTo(256);
    }

    @Test
    void boundsAreAtLeastOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FileJournalSettings(0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new FileJournalSettings(1, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new FileJournalSettings(1, 0, 0));
    }
}
