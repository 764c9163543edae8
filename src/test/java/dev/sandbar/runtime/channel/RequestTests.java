package dev.sandbar.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.AgentException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTests {

    @ParameterizedTest
    @ValueSource(strings = {"/a\ud800", "/\udc00b", "/\ud800\ud800", "/a\0b", "relative"})
    void whatNoPathCanBeIsRefused(String path) {
        assertThatThrownBy(() -> new Request().path(Types.REMOVE, path))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(AgentException.Code.INVALID));
    }

    @Test
    void anyOtherTextGoesAsItsBytes() {
        String path = "/ä\ud83d\ude00\ufffd";
        byte[] frame = new Request().path(Types.REMOVE, path).toBytes();
        assertThat(frame).endsWith(path.getBytes(StandardCharsets.UTF_8));
    }
}
