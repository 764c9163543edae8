package dev.sandbar.web.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class EnvelopeReaderTests {

    private static final byte[] JSON = "{\"process\":{}}".getBytes(StandardCharsets.UTF_8);

    @Test
    void aMessageMayBeSplitAtAnyTwoPlaces() {
        byte[] whole = envelope(0, JSON.length, JSON);
        for (int first = 0; first <= whole.length; first++) {
            for (int second = first; second <= whole.length; second++) {
                byte[] read = read(
                        Arrays.copyOfRange(whole, 0, first),
                        Arrays.copyOfRange(whole, first, second),
                        Arrays.copyOfRange(whole, second, whole.length));
                assertThat(read).isEqualTo(JSON);
            }
        }
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = envelope(0, JSON.length, JSON);
        for (int length = 0; length < whole.length; length++) {
            refused(ConnectCode.INVALID_ARGUMENT, Arrays.copyOf(whole, length));
        }
    }

    @Test
    void anEmptyMessageIsAMessage() {
        assertThat(read(envelope(0, 0, new byte[0]))).isEmpty();
    }

    @Test
    void tooLongMessagesAreRefusedByTheirHeadAlone() {
        refused(ConnectCode.INVALID_ARGUMENT, envelope(0, -1, new byte[0]));
        refused(ConnectCode.INVALID_ARGUMENT, envelope(0, 1025, new byte[0]));
    }

    @Test
    void compressedUnknownAndSecondMessagesAreRefused() {
        refused(ConnectCode.UNIMPLEMENTED, envelope(1, JSON.length, JSON));
        refused(ConnectCode.INVALID_ARGUMENT, envelope(2, JSON.length, JSON));
        refused(ConnectCode.INVALID_ARGUMENT, envelope(0, JSON.length, JSON), envelope(0, JSON.length, JSON));
    }

    private static byte[] envelope(int flags, int length, byte[] bytes) {
        return ByteBuffer.allocate(5 + bytes.length)
                .put((byte) flags)
                .putInt(length)
                .put(bytes)
                .array();
    }

    private static Flux<DataBuffer> buffers(byte[]... parts) {
        List<DataBuffer> buffers = new ArrayList<>();
        for (byte[] part : parts) buffers.add(DefaultDataBufferFactory.sharedInstance.wrap(part));
        return Flux.fromIterable(buffers);
    }

    private static byte[] read(byte[]... parts) {
        byte[] read = EnvelopeReader.read(buffers(parts), 1024).block();
        return read == null ? new byte[0] : read;
    }

    private static void refused(ConnectCode code, byte[]... parts) {
        StepVerifier.create(EnvelopeReader.read(buffers(parts), 1024))
                .verifyErrorSatisfies(
                        error -> assertThat(((ConnectError) error).code()).isEqualTo(code));
    }
}
