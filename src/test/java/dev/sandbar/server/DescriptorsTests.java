package dev.sandbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.wire.ConnectionSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorsTests {

    /** 256 for the service and two for each sandbox, but never more than half, and always some for connections. */
    @ParameterizedTest
    @CsvSource({
        "65536, 100, 65080",
        "1024, 100, 568",
        "1024, 384, 512",
        "1024, 10000, 512",
        "256, 1, 128",
        "100, 1, 64",
        "9223372036854775807, 1000, 2147483647",
    })
    void connectionsGetWhatTheServiceAndItsSandboxesLeave(long limit, int sandboxes, int connections) {
        assertThat(Descriptors.forConnections(limit, sandboxes)).isEqualTo(connections);
    }

    @Test
    void thisProcessHasALimit() {
        assertThat(Descriptors.forConnections(1)).isGreaterThanOrEqualTo(64);
    }

    @Test
    void settingStandsWhereThereIsRoomAndIsCutOtherwise() {
        ConnectionSettings asked = ConnectionSettings.DEFAULT;
        assertThat(Descriptors.within(asked, asked.most())).isSameAs(asked);
        ConnectionSettings cut = Descriptors.within(asked, 100);
        assertThat(cut.most()).isEqualTo(100);
        assertThat(cut.head()).isEqualTo(asked.head());
    }
}
