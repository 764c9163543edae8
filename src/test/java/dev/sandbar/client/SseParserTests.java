package dev.sandbar.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTests {

    private static final String STREAM = """
            : ok

            id: 1
            event: stdout
            data: {"data":"é"}

            :heartbeat

            id:2
            retry: 5
            event:end
            data: a
            data:  b

            event: lost

            data: x

            """;
    private static final List<SseFrame> FRAMES = List.of(
            SseFrame.COMMENT,
            new SseFrame("1", "stdout", "{\"data\":\"é\"}"),
            SseFrame.COMMENT,
            new SseFrame("2", "end", "a\n b"),
            new SseFrame("2", "", "x"));

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void splitAnywhereItReadsTheSame(String end) {
        byte[] bytes = STREAM.replace("\n", end).getBytes(UTF_8);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                List<byte[]> pieces = List.of(
                        Arrays.copyOfRange(bytes, 0, first),
                        Arrays.copyOfRange(bytes, first, second),
                        Arrays.copyOfRange(bytes, second, bytes.length));
                assertThat(read(pieces, 1000)).isEqualTo(FRAMES);
            }
        }
    }

    @Test
    void byteForByteItReadsTheSame() {
        List<byte[]> pieces = new ArrayList<>();
        for (byte each : STREAM.getBytes(UTF_8)) pieces.add(new byte[] {each});
        assertThat(read(pieces, 1000)).isEqualTo(FRAMES);
    }

    @Test
    void anEventWithoutItsEmptyLineIsNone() {
        assertThat(read(List.of("id: 1\ndata: half\n".getBytes(UTF_8)), 1000)).isEmpty();
    }

    @Test
    void theMarkOfAnEncodingAtTheBeginningIsPassedOver() {
        assertThat(read(List.of("\uFEFFdata: x\n\n".getBytes(UTF_8)), 1000)).containsExactly(new SseFrame("", "", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: 0123456789", "data: 012\ndata: 3456\ndata: 6789", ": 0123456789", "0123456789012"})
    void anEventAboveTheBoundIsRefusedBeforeItsEnd(String large) {
        assertThatThrownBy(() -> read(List.of(large.getBytes(UTF_8)), 10))
                .isInstanceOf(SandboxTransportException.Malformed.class)
                .hasMessageContaining("more than 10 bytes");
    }

    @Test
    void anyNumberOfSmallEventsStaysBelowTheBound() {
        SseParser parser = new SseParser(20, "GET /x");
        for (int i = 0; i < 10_000; i++) {
            assertThat(parser.take("data: 123\n\n".getBytes(UTF_8))).hasSize(1);
        }
    }

    @Test
    void rubbishIsReadOrRefusedButNeverKeptWithoutBound() {
        Random random = new Random(7);
        byte[] alphabet = "dat:id vn\r\n\0é".getBytes(UTF_8);
        for (int round = 0; round < 2000; round++) {
            SseParser parser = new SseParser(64, "GET /x");
            byte[] piece = new byte[random.nextInt(40)];
            try {
                for (int i = 0; i < 20; i++) {
                    for (int at = 0; at < piece.length; at++) piece[at] = alphabet[random.nextInt(alphabet.length)];
                    assertThat(parser.take(piece))
                            .allMatch(frame -> frame.data().length() <= 64);
                }
            } catch (SandboxTransportException.Malformed refused) {
                assertThat(refused).hasMessageContaining("more than 64 bytes");
            }
        }
    }

    private static List<SseFrame> read(List<byte[]> pieces, int limit) {
        SseParser parser = new SseParser(limit, "GET /x");
        return pieces.stream().flatMap(piece -> parser.take(piece).stream()).toList();
    }
}
