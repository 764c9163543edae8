package dev.sandbar.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.AgentException;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    /** What an agent could not take is wrong, with the limit that it exceeds: no later try mends it. */
    @Test
    void theBytesOfAllTextsTogetherAreBounded() {
        Request request = new Request();
        for (int i = 0; i < 3; i++) request.text(Types.ARGUMENT, "x".repeat(1 << 20));
        refused("more than 4 MiB together", () -> request.text(Types.ARGUMENT, "x".repeat(1 << 20)));
    }

    @Test
    void theNumberOfTextsIsBounded() {
        Request request = new Request();
        for (int i = 0; i < 65_536; i++) request.text(Types.ARGUMENT, "");
        assertThat(request.toBytes().length).isLessThan(4 << 20);
        refused("more than 65536 arguments and variables", () -> request.text(Types.ARGUMENT, ""));
    }

    private static void refused(String why, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(AgentException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(AgentException.Code.INVALID);
            assertThat(refusal).hasMessageContaining(why);
        });
    }
}
