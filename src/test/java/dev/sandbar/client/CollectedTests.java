package dev.sandbar.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** What is made of a command's output, and of failures and digests on the way. */
class CollectedTests {

    private static final CommandOutput.End END = new CommandOutput.End(9, 0, null, "exited");

    private final Collected collected = new Collected("one", 5);

    private static CommandOutput stdout(String text) {
        return new CommandOutput.Stdout(1, text.getBytes(UTF_8), text);
    }

    private static CommandOutput stderr(String text) {
        return new CommandOutput.Stderr(1, text.getBytes(UTF_8), text);
    }

    @Test
    void streamsAreKeptApartUpToTheirBound() {
        CommandResult whole = collected
                .add(stdout("abc"))
                .add(stderr("12345"))
                .add(stdout("de"))
                .add(END)
                .result();
        assertThat(whole.stdout()).asString(UTF_8).isEqualTo("abcde");
        assertThat(whole.stderr()).asString(UTF_8).isEqualTo("12345");
        assertThat(whole.truncated()).isFalse();
        CommandResult cut = collected.add(stdout("f")).result();
        assertThat(cut.stdout()).asString(UTF_8).isEqualTo("abcde");
        assertThat(cut.truncated()).isTrue();
    }

    @Test
    void terminalIsOneStream() {
        CommandResult result = collected
                .add(new CommandOutput.Pty(1, "tty".getBytes(UTF_8)))
                .add(END)
                .result();
        assertThat(result.stdout()).asString(UTF_8).isEqualTo("tty");
        assertThat(result.end()).isEqualTo(END);
    }

    @Test
    void whatWasLostIsMissing() {
        assertThat(collected.add(new CommandOutput.Gap(1, 7)).add(END).result().truncated())
                .isTrue();
    }

    @Test
    void outputWithoutItsEndIsNoResult() {
        assertThatThrownBy(() -> collected.add(stdout("abc")).result())
                .isInstanceOf(SandboxTransportException.Malformed.class);
    }

    @Test
    void digestBeginsAnew() {
        Sha256 digest = new Sha256();
        digest.add("x".getBytes(UTF_8));
        digest.reset();
        digest.add("abc".getBytes(UTF_8));
        assertThat(digest.value()).isEqualTo(Sha256.of("abc".getBytes(UTF_8)));
        assertThat(digest.value()).isEqualTo(Sha256.of(new byte[0]));
    }

    @Test
    void failureSaysHowFarItWas() {
        assertThat(Failures.of(new IOException("reset"), "A call", true)).hasMessageContaining("within its answer");
        assertThat(Failures.of(new IOException("reset"), "A call", false)).hasMessageContaining("before its answer");
        assertThat(Failures.of(new ConnectException("refused"), "A call", false))
                .hasMessage("A call: no connection");
        assertThat(Failures.of(new ConnectException("refused"), "A call", true))
                .hasMessageContaining("within its answer");
        IllegalStateException fault = new IllegalStateException("a fault");
        assertThat(Failures.of(fault, "A call", false)).isSameAs(fault);
    }
}
