package dev.sandbar.store;

import static dev.sandbar.store.Change.Retention.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Drop;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The part of the contract that is about logs. */
abstract class LogContract extends StoreHarness {

    @Test
    void entriesAreNumberedFromOneWithoutGaps() {
        assertThat(commit(append("1")).last()).isEqualTo(Map.of("log", 1L));
        assertThat(commit(append("2", "3"), append("4")).last()).isEqualTo(Map.of("log", 4L));
        commit(new Append("other", List.of(bytes("1")), ALL));

        assertThat(sequences(0, 10)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(texts(0, 10)).containsExactly("1", "2", "3", "4");
        assertThat(range()).isEqualTo(new LogRange(1, 4));
        assertThat(get(store.range("other"))).isEqualTo(new LogRange(1, 1));
    }

    @Test
    void anAppendOfNothingChangesNothing() {
        assertThat(commit(append()).last()).isEqualTo(Map.of("log", 0L));
        assertThat(range()).isEqualTo(LogRange.NONE);
        commit(append("1"));
        assertThat(commit(append()).last()).isEqualTo(Map.of("log", 1L));
    }

    @Test
    void aLogThatWasDroppedBeginsAgain() {
        commit(append("1", "2", "3"));
        commit(new Drop("log"));
        assertThat(range()).isEqualTo(LogRange.NONE);
        assertThat(texts(0, 10)).isEmpty();

        assertThat(commit(append("new")).last()).isEqualTo(Map.of("log", 1L));
        assertThat(texts(0, 10)).containsExactly("new");
        commit(new Drop("nothing"));
    }

    @Test
    void changesOfOneLogAreMadeInTheirOrder() {
        commit(append("1", "2"));

        assertThat(commit(append("3"), new Drop("log"), append("new")).last()).isEqualTo(Map.of("log", 1L));
        assertThat(texts(0, 10)).containsExactly("new");
        commit(append("x"), new Drop("log"));
        assertThat(range()).isEqualTo(LogRange.NONE);
    }

    @Test
    void theOldestEntriesGoBeyondANumber() {
        commit(keep(3, Long.MAX_VALUE, "1", "2", "3", "4", "5"));
        assertThat(range()).isEqualTo(new LogRange(3, 5));
        assertThat(texts(0, 10)).containsExactly("3", "4", "5");

        assertThat(commit(keep(1, Long.MAX_VALUE, "6")).last()).isEqualTo(Map.of("log", 6L));
        assertThat(texts(0, 10)).containsExactly("6");
        commit(keep(0, Long.MAX_VALUE, "7"));
        assertThat(range()).isEqualTo(new LogRange(7, 7));
    }

    @Test
    void theOldestEntriesGoBeyondTheirBytes() {
        commit(keep(Long.MAX_VALUE, 5, "12", "34"));
        assertThat(range()).isEqualTo(new LogRange(1, 2));
        commit(keep(Long.MAX_VALUE, 5, "5"));
        assertThat(range()).isEqualTo(new LogRange(1, 3));
        commit(keep(Long.MAX_VALUE, 5, "6"));
        assertThat(texts(0, 10)).containsExactly("34", "5", "6");
        commit(keep(Long.MAX_VALUE, 5, "longer than may be"));
        assertThat(texts(0, 10)).containsExactly("longer than may be");
        commit(keep(Long.MAX_VALUE, 5, "", ""));
        assertThat(range()).isEqualTo(new LogRange(6, 7));
    }

    @Test
    void theOldestEntriesGoBeyondBothBounds() {
        commit(keep(2, 7, "1234", "56", "78"));
        assertThat(texts(0, 10)).containsExactly("56", "78");
        commit(keep(4, 7, "9ab"));
        assertThat(texts(0, 10)).containsExactly("56", "78", "9ab");
        commit(keep(4, 7, "c"));
        assertThat(texts(0, 10)).containsExactly("78", "9ab", "c");
        commit(keep(2, 7, "d"));
        assertThat(texts(0, 10)).containsExactly("c", "d");
    }

    @Test
    void aReaderGetsWhatLiesBehindANumber() {
        commit(keep(4, Long.MAX_VALUE, "1", "2", "3", "4", "5", "6"));

        assertThat(sequences(0, 10)).containsExactly(3L, 4L, 5L, 6L);
        assertThat(sequences(3, 10)).containsExactly(4L, 5L, 6L);
        assertThat(sequences(3, 2)).containsExactly(4L, 5L);
        assertThat(sequences(0, 1)).containsExactly(3L);
        assertThat(sequences(6, 10)).isEmpty();
        assertThat(sequences(99, 10)).isEmpty();
        assertThat(sequences(0, 0)).isEmpty();
        assertThat(sequences(0, Integer.MAX_VALUE)).hasSize(4);
        assertThat(sequences(-1, Integer.MAX_VALUE)).hasSize(4);
    }

    @Test
    void aLongLogIsReadWholeAndInOrderAsItIsRequested() {
        int count = 5_000;
        for (int i = 0; i < count; i += 1_000) {
            int from = i;
            commit(new Append(
                    "log",
                    IntStream.range(0, 1_000)
                            .mapToObj(n -> bytes("e" + (from + n + 1)))
                            .toList(),
                    ALL));
        }

        StepVerifier.create(store.read("log", 0, Integer.MAX_VALUE).limitRate(7))
                .recordWith(java.util.ArrayList::new)
                .thenConsumeWhile(entry -> true)
                .consumeRecordedWith(entries -> assertThat(entries.stream().map(LogEntry::sequence))
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, count).boxed().toList()))
                .expectComplete()
                .verify(SOON);
        assertThat(texts(4_321, 1)).containsExactly("e4322");
    }

    @Test
    void readingEndsAtWhatWasTheEndWhenItBegan() {
        commit(new Append(
                "log", IntStream.range(0, 1_000).mapToObj(i -> bytes("x")).toList(), ALL));

        StepVerifier.create(store.read("log", 0, Integer.MAX_VALUE), 1)
                .expectNextCount(1)
                .then(() -> commit(append("late")))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(999)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aReaderThatLeavesDisturbsNobody() {
        commit(new Append(
                "log", IntStream.range(0, 1_000).mapToObj(i -> bytes("x")).toList(), ALL));

        StepVerifier.create(store.read("log", 0, Integer.MAX_VALUE).take(3))
                .expectNextCount(3)
                .expectComplete()
                .verify(SOON);
        assertThat(commit(append("y")).last()).isEqualTo(Map.of("log", 1_001L));
    }

    @Test
    void manyWritersOfOneLogGetNumbersOfTheirOwn() {
        List<Long> numbers = get(Flux.range(0, 500)
                .flatMap(i -> store.commit(append("w" + i)).subscribeOn(Schedulers.parallel()), 500)
                .map(commit -> Objects.requireNonNull(commit.last().get("log")))
                .collectList());

        assertThat(numbers)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 500).boxed().toList());
    }
}
