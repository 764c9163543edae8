package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PositionTests {

    @Test
    void readersBeginByBytesOrByNumber() {
        assertThat(new Position(-1, -1)).isEqualTo(Position.now());
        assertThat(Position.now().isNow()).isTrue();
        assertThat(Position.now().isByNumber()).isFalse();
        assertThat(Position.start()).isEqualTo(Position.after(0));
        assertThat(Position.after(0).isNow()).isFalse();
        assertThat(Position.after(0).isByNumber()).isFalse();
        assertThat(Position.behind(0).isByNumber()).isTrue();
        assertThat(Position.behind(0).isNow()).isFalse();
    }

    @Test
    void nothingIsBeforeTheBeginning() {
        assertThatIllegalArgumentException().isThrownBy(() -> Position.after(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Position.behind(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Position(-2, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Position(0, -2));
    }
}
