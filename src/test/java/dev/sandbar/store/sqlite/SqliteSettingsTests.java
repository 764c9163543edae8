package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandbar.store.Store;
import org.junit.jupiter.api.Test;

class SqliteSettingsTests {

    @Test
    void boundsAreReachedButNotPassed() {
        assertThat(new SqliteSettings(1, 1, 1, Store.COMMIT_MAX).readers()).isEqualTo(1);
        assertThat(new SqliteSettings(16, 1, 1, Store.COMMIT_MAX).readers()).isEqualTo(16);
        assertThatIllegalArgumentException().isThrownBy(() -> new SqliteSettings(0, 1, 1, Store.COMMIT_MAX));
        assertThatIllegalArgumentException().isThrownBy(() -> new SqliteSettings(17, 1, 1, Store.COMMIT_MAX));
        assertThatIllegalArgumentException().isThrownBy(() -> new SqliteSettings(1, 0, 1, Store.COMMIT_MAX));
        assertThatIllegalArgumentException().isThrownBy(() -> new SqliteSettings(1, 1, 0, Store.COMMIT_MAX));
        assertThatIllegalArgumentException().isThrownBy(() -> new SqliteSettings(1, 1, 1, Store.COMMIT_MAX - 1));
    }
}
