package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import dev.sandbar.runtime.ProcessEvent.Stream;
import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Ten pieces of ten bytes each, numbered from 1, of which some are on disk; what follows is in memory. */
class HistoryTests {

    private static final int PIECE = 10;

    /** Gives at most two entries at a time. */
    private record Kept(List<LogEntry> entries) implements Journal {

        static Kept pieces(int... numbers) {
            List<LogEntry> entries = new ArrayList<>();
            for (int number : numbers) entries.add(entry(output(number)));
            return new Kept(entries);
        }

        @Override
        public LogRange range() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Mono<Void> append(List<Piece> pieces) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Mono<List<LogEntry>> read(long after, int maxBytes) {
            return Mono.fromSupplier(() -> entries.stream()
                    .filter(entry -> entry.sequence() > after)
                    .limit(2)
                    .toList());
        }

        @Override
        public Mono<Void> rest() {
            throw new UnsupportedOperationException();
        }
    }

    private static Output output(int number) {
        byte[] bytes = new byte[PIECE];
        return new Output(number, 0, (number - 1L) * PIECE, Stream.STDOUT, bytes);
    }

    private static LogEntry entry(CommandEvent event) {
        long end = event instanceof Gap gap ? gap.offset() + gap.lost() : ((Output) event).end();
        Journal.Piece piece = OutputCodec.encode(event, end, end, 0);
        byte[] content = ByteBuffer.allocate(piece.length())
                .put(piece.head())
                .put(piece.body())
                .array();
        return new LogEntry(event.seq(), content);
    }

    /** Up to the eleventh, which is in memory. */
    private static List<String> read(Kept journal, Position position) {
        History history = new History(Mono.just(journal), position, 11, 10 * PIECE);
        List<CommandEvent> events = history.events().collectList().block(Duration.ofSeconds(20));
        return Objects.requireNonNull(events).stream().map(HistoryTests::shown).toList();
    }

    private static String shown(CommandEvent event) {
        if (event instanceof Output output) return output.seq() + ":" + output.offset() + "+" + output.bytes().length;
        Gap gap = (Gap) event;
        return "gap " + gap.from() + "-" + gap.to() + ":" + gap.offset() + "+" + gap.lost();
    }

    private static final Kept ALL = Kept.pieces(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    private static final Kept LATE = Kept.pieces(8, 9, 10);

    @Test
    void allThatIsKeptIsReadOnce() {
        assertThat(read(ALL, Position.start()))
                .hasSize(10)
                .startsWith("1:0+10", "2:10+10")
                .endsWith("10:90+10");
        assertThat(read(ALL, Position.behind(8))).containsExactly("9:80+10", "10:90+10");
        assertThat(read(ALL, Position.behind(10))).isEmpty();
    }

    @Test
    void readerByOffsetBeginsAtThatByte() {
        assertThat(read(ALL, Position.after(80))).containsExactly("9:80+10", "10:90+10");
        assertThat(read(ALL, Position.after(81))).containsExactly("9:81+9", "10:90+10");
        assertThat(read(ALL, Position.after(99))).containsExactly("10:99+1");
        assertThat(read(ALL, Position.after(100))).isEmpty();
    }

    @Test
    void whatIsNotThereAnyMoreIsTold() {
        assertThat(read(LATE, Position.start())).containsExactly("gap 1-7:0+70", "8:70+10", "9:80+10", "10:90+10");
        assertThat(read(LATE, Position.after(69))).startsWith("gap 1-7:69+1", "8:70+10");
        assertThat(read(LATE, Position.after(70))).containsExactly("8:70+10", "9:80+10", "10:90+10");
        assertThat(read(LATE, Position.behind(5))).startsWith("gap 6-7:-1+-1", "8:70+10");
        assertThat(read(LATE, Position.behind(7))).startsWith("8:70+10");
        assertThat(read(LATE, Position.behind(0))).startsWith("gap 1-7:0+70", "8:70+10");
    }

    @Test
    void holesInTheMiddleAndAtTheEndAreTold() {
        assertThat(read(Kept.pieces(1, 2, 5, 6), Position.start()))
                .containsExactly("1:0+10", "2:10+10", "gap 3-4:20+20", "5:40+10", "6:50+10", "gap 7-10:60+40");
        assertThat(read(Kept.pieces(), Position.start())).containsExactly("gap 1-10:0+100");
        assertThat(read(Kept.pieces(), Position.behind(4))).containsExactly("gap 5-10:-1+-1");
        assertThat(read(Kept.pieces(), Position.after(100))).isEmpty();
    }

    @Test
    void whatTheServiceLostIsTold() {
        Kept journal = new Kept(List.of(entry(output(1)), entry(new Gap(2, 2, 10, 90))));
        History history = new History(Mono.just(journal), Position.start(), 3, 100);
        assertThat(Objects.requireNonNull(history.events().collectList().block(Duration.ofSeconds(20))))
                .extracting(HistoryTests::shown)
                .containsExactly("1:0+10", "gap 2-2:10+90");
    }

    @Test
    void whatIsInMemoryIsNotRead() {
        History history = new History(Mono.just(ALL), Position.start(), 4, 30);
        assertThat(Objects.requireNonNull(history.events().collectList().block(Duration.ofSeconds(20))))
                .extracting(HistoryTests::shown)
                .containsExactly("1:0+10", "2:10+10", "3:20+10");
    }
}
