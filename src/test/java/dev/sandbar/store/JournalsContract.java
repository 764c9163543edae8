package dev.sandbar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What every adapter of {@link Journals} does. */
public abstract class JournalsContract {

    /** How many bytes each journal of {@link #journals} keeps, about. */
    protected static final int KEPT = 64 * 1024;

    /** Those under test, empty at first. */
    protected abstract Journals journals();

    /** The same, as another run finds them. */
    protected abstract Journals again();

    @Test
    void entriesAreNumberedAndReadInOrderFromAnyNumber() {
        Journal journal = journals().create("scope", "one");
        append(journal, "a", "b");
        append(journal, "c");
        assertThat(journal.range()).isEqualTo(new LogRange(1, 3));
        assertThat(texts(journal, 0)).containsExactly("1 a", "2 b", "3 c");
        assertThat(texts(journal, 2)).containsExactly("3 c");
        assertThat(texts(journal, 3)).isEmpty();
        assertThat(texts(journal, 9)).isEmpty();
    }

    @Test
    void pageHoldsAtLeastOneEntryAndAboutAsManyBytesAsWereAskedFor() {
        Journal journal = journals().create("scope", "one");
        for (int i = 0; i < 100; i++) append(journal, "x".repeat(100));
        assertThat(get(journal.read(0, 1))).hasSize(1);
        assertThat(get(journal.read(0, 1000)).size()).isBetween(5, 10);
        assertThat(get(journal.read(42, 200)).get(0).sequence()).isEqualTo(43);
    }

    @Test
    void oldestEntriesGoBeyondTheBound() {
        Journal journal = journals().create("scope", "one");
        for (int i = 0; i < 300; i++) append(journal, "x".repeat(1000));
        LogRange range = journal.range();
        assertThat(range.last()).isEqualTo(300);
        assertThat((range.last() - range.first() + 1) * 1000).isBetween(KEPT / 2L, (long) KEPT);
        assertThat(get(journal.read(0, 1)).get(0).sequence()).isEqualTo(range.first());
    }

    @Test
    void anotherRunFindsWhatWasAppendedAndGoesOn() {
        Journal journal = journals().create("scope", "one");
        for (int i = 0; i < 300; i++) append(journal, i + " " + "x".repeat(1000));
        Journal found = get(again().open("scope", "one"));
        assertThat(found.range()).isEqualTo(journal.range());
        append(found, "more");
        assertThat(texts(found, 299)).hasSize(2).last().isEqualTo("301 more");
        assertThat(found.range().last()).isEqualTo(301);
    }

    @Test
    void namesAndScopesAreListedUntilTheyAreDeleted() {
        Journals journals = journals();
        append(journals.create("s1", "a"), "x");
        append(journals.create("s1", "b"), "x");
        append(journals.create("s2", "a"), "x");
        journals.create("s3", "unused");
        assertThat(get(journals.scopes().collectList())).containsExactly("s1", "s2");
        assertThat(get(journals.names("s1").collectList())).containsExactly("a", "b");
        journals.delete("s1", "a").block();
        journals.delete("s1", "a").block();
        journals.delete("s2").block();
        journals.delete("s4").block();
        assertThat(get(journals.scopes().collectList())).containsExactly("s1");
        assertThat(get(journals.names("s1").collectList())).containsExactly("b");
        assertThat(get(again().open("s1", "a")).range()).isEqualTo(LogRange.NONE);
    }

    @Test
    void deletedJournalFailsAndItsNameBeginsAnew() {
        Journals journals = journals();
        Journal old = journals.create("s", "a");
        append(old, "x", "y");
        journals.delete("s", "a").block();
        assertThatThrownBy(() -> append(old, "z")).isInstanceOf(StoreException.Unavailable.class);
        Journal fresh = journals.create("s", "a");
        append(fresh, "z");
        assertThat(texts(fresh, 0)).containsExactly("1 z");
    }

    @Test
    void restedJournalCanBeReadAndAddedTo() {
        Journal journal = journals().create("s", "a");
        append(journal, "x");
        journal.rest().block();
        assertThat(texts(journal, 0)).containsExactly("1 x");
        append(journal, "y");
        assertThat(texts(journal, 0)).containsExactly("1 x", "2 y");
    }

    @Test
    void emptyAndLargestEntriesAreKept() {
        Journal journal = journals().create("s", "a");
        append(journal, "");
        byte[] large = new byte[Journal.ENTRY_MAX - 1];
        Arrays.fill(large, (byte) 7);
        journal.append(List.of(new Journal.Piece(new byte[] {1}, large))).block();
        assertThat(get(journal.read(1, 1)).get(0).content())
                .hasSize(Journal.ENTRY_MAX)
                .endsWith((byte) 7);
    }

    @Test
    void readersAtAnyPlaceSeeWhatIsAppendedMeanwhile() {
        Random random = new Random(7);
        Journal journal = journals().create("s", "a");
        List<String> all = new ArrayList<>();
        long seen = 0;
        for (int round = 0; round < 200; round++) {
            String text = round + "-" + "y".repeat(random.nextInt(50));
            append(journal, text);
            all.add((round + 1) + " " + text);
            if (random.nextInt(5) == 0) {
                List<String> read = texts(journal, seen);
                assertThat(read).isEqualTo(all.subList((int) seen, all.size()));
                seen = random.nextInt(all.size());
            }
        }
    }

    protected static void append(Journal journal, String... texts) {
        List<Journal.Piece> pieces = Arrays.stream(texts)
                .map(text -> new Journal.Piece(new byte[] {'<'}, text.getBytes(UTF_8)))
                .toList();
        journal.append(pieces).block(Duration.ofSeconds(10));
    }

    /** All entries behind a number, page by page, with their numbers. */
    protected static List<String> texts(Journal journal, long after) {
        List<String> all = new ArrayList<>();
        long at = after;
        while (true) {
            List<LogEntry> page = get(journal.read(at, 500));
            if (page.isEmpty()) return all;
            for (LogEntry entry : page) {
                all.add(entry.sequence() + " " + new String(entry.content(), UTF_8).substring(1));
                at = entry.sequence();
            }
        }
    }

    protected static <T> T get(Mono<T> value) {
        return Objects.requireNonNull(value.block(Duration.ofSeconds(10)));
    }
}
