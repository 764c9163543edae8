package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandLimitsTests {

    private static CommandLimits limits(long log, long journal, int readers, int running, int ended) {
        return new CommandLimits(log, journal, readers, running, ended, Duration.ofHours(1), Duration.ofSeconds(30));
    }

    @Test
    void allMustBeAtLeastOneButWhatIsKept() {
        assertThat(limits(1, 1, 1, 1, 0).ended()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> limits(0, 1, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 0, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 1, 0, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 1, 1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 1, 1, 1, -1));
    }
}
