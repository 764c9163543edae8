package dev.sandbar.web.wire;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionSettingsTests {

    @ParameterizedTest
    @CsvSource({
        "sandbar.http.head, PT0S, PT1S, PT1S, 1, 1, 1",
        "sandbar.http.head, PT24H1S, PT1S, PT1S, 1, 1, 1",
        "sandbar.http.body, PT1S, PT-1S, PT1S, 1, 1, 1",
        "sandbar.http.body, PT1S, PT25H, PT1S, 1, 1, 1",
        "sandbar.http.idle, PT1S, PT1S, PT0.0001S, 1, 1, 1",
        "sandbar.http.connections, PT1S, PT1S, PT1S, 0, 1, 1",
        "sandbar.http.connections-per-address, PT1S, PT1S, PT1S, 1, 0, 1",
        "sandbar.http.streams, PT1S, PT1S, PT1S, 1, 1, -1",
    })
    void whatCantBeALimitIsRefusedByItsName(
            String name, Duration head, Duration body, Duration idle, int most, int perAddress, int streams) {
        assertThatThrownBy(() -> new ConnectionSettings(head, body, idle, most, perAddress, streams))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " must be ");
    }
}
