package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import dev.sandbar.runtime.ProcessEvent.Stream;
import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OutputCodecTests {

    private static LogEntry entry(long number, Journal.Piece piece) {
        byte[] content = ByteBuffer.allocate(piece.length())
                .put(piece.head())
                .put(piece.body())
                .array();
        return new LogEntry(number, content);
    }

    private static void assertKept(Stream stream) {
        byte[] bytes = {1, 2, 3};
        LogEntry entry = entry(4, OutputCodec.encode(new Output(4, 1000, 50, stream, bytes), 53, 20, 9));
        Output read = (Output) OutputCodec.decode(entry);
        assertThat(read.seq()).isEqualTo(4);
        assertThat(read.millis()).isEqualTo(1000);
        assertThat(read.offset()).isEqualTo(50);
        assertThat(read.stream()).isEqualTo(stream);
        assertThat(read.bytes()).containsExactly(1, 2, 3);
        assertThat(OutputCodec.tail(entry)).isEqualTo(new OutputCodec.Tail(53, 20, 33));
    }

    @Test
    void outputIsReadAsItWasWritten() {
        assertKept(Stream.STDOUT);
        assertKept(Stream.STDERR);
    }

    @Test
    void gapIsReadAsItWasWritten() {
        LogEntry entry = entry(4, OutputCodec.encode(new Gap(4, 4, 50, 7), 57, 20, 9));
        assertThat(OutputCodec.decode(entry)).isEqualTo(new Gap(4, 4, 50, 7));
    }

    @Test
    void nothingElseIsInAJournal() {
        assertThatIllegalStateException()
                .isThrownBy(() -> OutputCodec.encode(new CommandEvent.Started(1), 0, 0, 0))
                .withMessageContaining("Started");
    }
}
