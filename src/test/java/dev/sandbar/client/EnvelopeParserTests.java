package dev.sandbar.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EnvelopeParserTests {

    private static final List<String> READ = List.of("{\"a\":1}", "", "{}!");

    @Test
    void splitAnywhereItReadsTheSame() {
        byte[] bytes = stream();
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                EnvelopeParser parser = new EnvelopeParser(100, "POST /x");
                List<String> read = Stream.of(
                                Arrays.copyOfRange(bytes, 0, first),
                                Arrays.copyOfRange(bytes, first, second),
                                Arrays.copyOfRange(bytes, second, bytes.length))
                        .flatMap(piece -> parser.take(piece).stream())
                        .map(EnvelopeParserTests::text)
                        .toList();
                assertThat(read).isEqualTo(READ);
            }
        }
    }

    @Test
    void aMessageAboveTheBoundIsRefusedByItsHead() {
        byte[] head = {0, 0x7f, 0, 0, 0};
        assertThatThrownBy(() -> new EnvelopeParser(100, "POST /x").take(head))
                .isInstanceOf(SandboxTransportException.Malformed.class)
                .hasMessageContaining("more than 100 bytes");
        byte[] huge = {0, -1, -1, -1, -1};
        assertThatThrownBy(() -> new EnvelopeParser(100, "POST /x").take(huge)).hasMessageContaining("100 bytes");
    }

    @Test
    void compressedMessagesAreRefused() {
        byte[] head = {1, 0, 0, 0, 1};
        assertThatThrownBy(() -> new EnvelopeParser(100, "POST /x").take(head)).hasMessageContaining("compressed");
    }

    private static byte[] stream() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(EnvelopeParser.wrap("{\"a\":1}".getBytes(UTF_8)));
        bytes.writeBytes(EnvelopeParser.wrap(new byte[0]));
        byte[] last = EnvelopeParser.wrap("{}".getBytes(UTF_8));
        last[0] = 2;
        bytes.writeBytes(last);
        return bytes.toByteArray();
    }

    private static String text(Envelope envelope) {
        return new String(envelope.json(), UTF_8) + (envelope.last() ? "!" : "");
    }
}
