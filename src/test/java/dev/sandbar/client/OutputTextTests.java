package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.client.CommandOutput.End;
import dev.sandbar.client.CommandOutput.Gap;
import dev.sandbar.client.CommandOutput.Pty;
import dev.sandbar.client.CommandOutput.Stderr;
import dev.sandbar.client.CommandOutput.Stdout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Text that is cut anywhere. */
class OutputTextTests {

    private static final End END = new End(9, 0, null, "exited");
    private static final String ODD = "a\u00e4\u20ac\ud83d\ude00 z\u4e2d\r\n";

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<CommandOutput> read(CommandOutput... output) {
        return Objects.requireNonNull(
                OutputTexts.of(Flux.fromArray(output)).collectList().block());
    }

    private static String stdout(List<CommandOutput> output) {
        return output.stream()
                .filter(Stdout.class::isInstance)
                .map(piece -> ((Stdout) piece).text())
                .collect(Collectors.joining());
    }

    @Test
    void aCharacterThatIsCutAnywhereComesWithItsLastByte() {
        byte[] all = utf8(ODD);
        for (int at = 0; at <= all.length; at++) {
            List<CommandOutput> output = read(
                    new Stdout(1, Arrays.copyOf(all, at)), new Stdout(2, Arrays.copyOfRange(all, at, all.length)), END);
            assertThat(output).hasSize(3);
            assertThat(stdout(output)).isEqualTo(ODD);
            assertThat(ODD).startsWith(((Stdout) output.get(0)).text());
        }
    }

    @Test
    void byteForByteItIsTheSameText() {
        byte[] all = utf8(ODD.repeat(3));
        List<CommandOutput> pieces = new ArrayList<>();
        for (byte each : all) pieces.add(new Stdout(pieces.size() + 1, new byte[] {each}));
        assertThat(stdout(read(pieces.toArray(CommandOutput[]::new)))).isEqualTo(ODD.repeat(3));
    }

    @Test
    void whatIsStillCutAtTheEndIsOneReplacementInAPieceWithoutBytes() {
        List<CommandOutput> output = read(new Stdout(8, new byte[] {'x', (byte) 0xe2, (byte) 0x82}), END);
        assertThat(output).hasSize(3);
        assertThat(((Stdout) output.get(0)).text()).isEqualTo("x");
        Stdout rest = (Stdout) output.get(1);
        assertThat(rest.text()).isEqualTo("\ufffd");
        assertThat(rest.bytes()).isEmpty();
        assertThat(rest.seq()).isEqualTo(8);
        assertThat(output.get(2)).isSameAs(END);
    }

    @Test
    void aGapEndsWhatWasCutBeforeIt() {
        List<CommandOutput> output = read(
                new Stdout(1, new byte[] {(byte) 0xc3}),
                new Stderr(2, new byte[] {'e', (byte) 0xc3}),
                new Gap(3, 7),
                new Stdout(4, utf8("\u00e4")));
        assertThat(output).hasSize(6);
        assertThat(stdout(output)).isEqualTo("\ufffd\u00e4");
        assertThat(((Stderr) output.get(3)).text()).isEqualTo("\ufffd");
    }

    @Test
    void theTwoStreamsDontMix() {
        byte[] euro = utf8("\u20ac");
        List<CommandOutput> output = read(
                new Stdout(1, Arrays.copyOf(euro, 1)),
                new Stderr(2, Arrays.copyOf(euro, 2)),
                new Pty(3, euro),
                new Stdout(4, Arrays.copyOfRange(euro, 1, 3)),
                new Stderr(5, Arrays.copyOfRange(euro, 2, 3)),
                END);
        assertThat(stdout(output)).isEqualTo("\u20ac");
        assertThat(((Stderr) output.get(4)).text()).isEqualTo("\u20ac");
        assertThat(output).hasSize(6);
    }

    /** Whatever the bytes are, the pieces' texts make the text of the whole. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rubbishIsTheSameRubbishHoweverItIsCut(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] all = new byte[random.nextInt(24)];
            for (int i = 0; i < all.length; i++)
                all[i] = (byte) (random.nextBoolean() ? 0xe0 + random.nextInt(0x18) : 0x80);
            List<CommandOutput> pieces = new ArrayList<>();
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + 1 + random.nextInt(4));
                pieces.add(new Stdout(pieces.size() + 1, Arrays.copyOfRange(all, at, end)));
                at = end;
            }
            pieces.add(END);
            assertThat(stdout(read(pieces.toArray(CommandOutput[]::new))))
                    .isEqualTo(new String(all, StandardCharsets.UTF_8));
        }
    }

    @Test
    void noMoreIsAskedForThanIsWanted() {
        StepVerifier.create(OutputTexts.of(Flux.<CommandOutput>just(new Stdout(1, utf8("a")), END)), 1)
                .expectNextCount(1)
                .thenRequest(1)
                .expectNext(END)
                .verifyComplete();
    }

    @Test
    void aResultThatWasCutEndsWithAWholeCharacter() {
        byte[] cut = Arrays.copyOf(utf8("x\u20ac"), 3);
        assertThat(new CommandResult("c", cut, cut, END, true).stdoutText()).isEqualTo("x");
        assertThat(new CommandResult("c", cut, cut, END, true).stderrText()).isEqualTo("x");
        assertThat(new CommandResult("c", cut, cut, END, false).stdoutText()).isEqualTo("x\ufffd");
    }
}
