package dev.sandbar.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.AgentGoneException.Sign;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a failed connection says of the agent. */
class ProofTests {

    static Stream<Throwable> lacksOfTheService() {
        return Stream.of(
                new AgentException(AgentException.Code.BUSY, "too many conversations with one sandbox"),
                new OutOfMemoryError("Cannot reserve 4194304 bytes of direct buffer memory"),
                new ConnectException("connect(..) failed: Too many open files"),
                new IOException("socket(..) failed: Cannot allocate memory"),
                new IOException("writev(..) failed: No buffer space available"));
    }

    @ParameterizedTest
    @MethodSource("lacksOfTheService")
    void whatTheServiceLacksProvesNothing(Throwable lack) {
        assertThat(Proof.of(lack)).isZero();
        assertThat(Proof.of(unreachable(lack))).isZero();
        assertThat(Proof.sign(lack)).isEqualTo(Sign.NOT_ASKED);
    }

    static Stream<Throwable> certainties() {
        return Stream.of(
                new FileNotFoundException("connect(..) failed: No such file or directory"),
                new ConnectException("connect(..) failed: Connection refused"),
                new ProtocolException("pong to another ping"));
    }

    @ParameterizedTest
    @MethodSource("certainties")
    void whereNobodyListensOrSaysWhatNoAgentSaysOneIsEnough(Throwable certain) {
        assertThat(Proof.of(unreachable(certain))).isEqualTo(Proof.ENOUGH);
        assertThat(Proof.sign(certain)).isEqualTo(Sign.GONE);
    }

    @Test
    void silenceIsEnoughTheSecondTime() {
        int silence = Proof.of(unreachable(ProtocolException.silence("the agent did not greet in time")));
        assertThat(silence).isLessThan(Proof.ENOUGH);
        assertThat(Proof.sign(ProtocolException.silence("late"))).isEqualTo(Sign.LATE);
        assertThat(2 * silence).isGreaterThanOrEqualTo(Proof.ENOUGH);
    }

    @Test
    void breakIsEnoughTheThirdTime() {
        int one = Proof.of(unreachable(ProtocolException.end("the agent closed the connection")));
        assertThat(3 * one).isEqualTo(Proof.ENOUGH);
        assertThat(Proof.sign(ProtocolException.end("closed"))).isEqualTo(Sign.GONE);
        assertThat(Proof.of(unreachable(new ConnectException("Resource temporarily unavailable"))))
                .isEqualTo(one);
    }

    private static AgentGoneException unreachable(Throwable cause) {
        return new AgentGoneException("the agent can't be reached", cause);
    }
}
