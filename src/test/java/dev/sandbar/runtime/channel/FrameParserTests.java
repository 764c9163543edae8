package dev.sandbar.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.FileEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("long")
class FrameParserTests {

    private static final byte[] VALID = Frames.join(
            Frames.HELLO,
            Frames.STARTED,
            Frames.output(0, 1, new byte[] {1, 2, 3}),
            Frames.output(3, 2, new byte[300]),
            Frames.entry("/home/user/f"),
            Frames.OK,
            Frames.frame(Types.DATA, new byte[50]),
            Frames.frame(Types.PONG, new byte[8]),
            Frames.process("p1"),
            Frames.error(2, "no such process"),
            Frames.exit(1, 1, 9, 303));

    @Test
    void framesAreTheSameHoweverTheyAreSplit() {
        byte[] bytes = VALID;
        List<String> whole = describe(new FrameParser().feed(Unpooled.wrappedBuffer(bytes)));
        assertThat(whole).hasSize(11);
        for (int split = 0; split <= bytes.length; split++) {
            FrameParser parser = new FrameParser();
            List<Answer> answers = new ArrayList<>(parser.feed(Unpooled.wrappedBuffer(bytes, 0, split)));
            answers.addAll(parser.feed(Unpooled.wrappedBuffer(bytes, split, bytes.length - split)));
            assertThat(describe(answers)).isEqualTo(whole);
        }
        FrameParser slow = new FrameParser();
        List<Answer> answers = new ArrayList<>();
        for (byte one : bytes) answers.addAll(slow.feed(Unpooled.wrappedBuffer(new byte[] {one})));
        assertThat(describe(answers)).isEqualTo(whole);
    }

    @Test
    void entryIsReadInFull() {
        Answer.Entry answer = (Answer.Entry) new FrameParser()
                .feed(Unpooled.wrappedBuffer(Frames.entry("/a/b")))
                .get(0);
        FileEntry entry = answer.entry();
        assertThat(entry.path()).isEqualTo("/a/b");
        assertThat(entry.type()).isEqualTo(FileEntry.Type.FILE);
        assertThat(entry.mode()).isEqualTo(0644);
        assertThat(entry.size()).isEqualTo(5);
        assertThat(entry.modified()).isEqualTo(Instant.ofEpochSecond(1_700_000_000, 7));
        assertThat(entry.attributes()).isEqualTo(Map.of("a", "v"));
    }

    static List<byte[]> malformed() {
        byte[] badEntry = Frames.entry("relative");
        byte[] badType = Frames.entry("/a");
        badType[8] = 9;
        byte[] longPath = Frames.entry("/a");
        longPath[8 + 36] = (byte) 0xFF;
        return List.of(
                Frames.raw(-1, Types.OK, 0, 0, new byte[0]),
                Frames.raw(16_385, Types.OUTPUT, 0, 0, new byte[0]),
                Frames.raw(0, Types.OK, 1, 0, new byte[0]),
                Frames.raw(0, Types.OK, 0x80, 0, new byte[0]),
                Frames.raw(0, Types.OK, 0, 1, new byte[0]),
                Frames.frame(0x01, new byte[8]),
                Frames.frame(0xFF, new byte[0]),
                Frames.frame(Types.OK, new byte[1]),
                Frames.frame(Types.PONG, new byte[7]),
                Frames.frame(Types.PONG, new byte[9]),
                Frames.frame(Types.ERROR, new byte[1]),
                Frames.frame(Types.ERROR, new byte[1027]),
                Frames.frame(Types.STARTED, new byte[3]),
                Frames.frame(Types.OUTPUT, new byte[9]),
                Frames.output(-1, 1, new byte[1]),
                Frames.output(0, 3, new byte[1]),
                Frames.output(0, 1, new byte[0]),
                Frames.exit(2, 0, 0, 0),
                Frames.exit(0, 2, 0, 0),
                Frames.exit(0, 0, 256, 0),
                Frames.exit(0, 0, 0, -1),
                Frames.frame(Types.PROCESS, new byte[12]),
                Frames.frame(Types.PROCESS, new byte[16]),
                Frames.frame(Types.HELLO, new byte[1]),
                Frames.frame(Types.HELLO, new byte[300]),
                Frames.frame(Types.DATA, new byte[0]),
                Frames.frame(Types.ENTRY, new byte[41]),
                badEntry,
                badType,
                longPath);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedFrameIsRefused(byte[] frame) {
        assertThatThrownBy(() -> new FrameParser().feed(Unpooled.wrappedBuffer(frame)))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> {
                    FrameParser parser = new FrameParser();
                    for (byte one : frame) parser.feed(Unpooled.wrappedBuffer(new byte[] {one}));
                })
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void mutatedAndRandomBytesAreReadOrRefusedAndNothingElse() {
        Random random = new Random(20_261_122);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = i % 4 == 0 ? noise(random) : mutated(random);
            feedInPieces(random, bytes);
        }
    }

    private static void feedInPieces(Random random, byte[] bytes) {
        FrameParser parser = new FrameParser();
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(bytes.length).writeBytes(bytes);
        try {
            while (buffer.isReadable()) {
                parser.feed(buffer.readSlice(1 + random.nextInt(buffer.readableBytes())));
            }
        } catch (ProtocolException expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        } finally {
            assertThat(buffer.refCnt()).isEqualTo(1);
            buffer.release();
        }
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = VALID.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Arrays are compared by what they hold. */
    private static List<String> describe(List<Answer> answers) {
        return answers.stream().map(FrameParserTests::describe).toList();
    }

    private static String describe(Answer answer) {
        if (answer instanceof Answer.Output output) {
            return "output " + output.event().offset()
                    + Arrays.hashCode(output.event().bytes());
        }
        if (answer instanceof Answer.Data data) return "data " + Arrays.hashCode(data.bytes());
        return answer.toString();
    }
}
