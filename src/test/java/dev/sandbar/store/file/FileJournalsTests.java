package dev.sandbar.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.gate.Needs;
import dev.sandbar.store.Journal;
import dev.sandbar.store.Journals;
import dev.sandbar.store.JournalsContract;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

class FileJournalsTests extends JournalsContract {

    private static final FileJournalSettings SETTINGS = new FileJournalSettings(KEPT, 1 << 24, 2);

    @TempDir
    Path directory;

    private final List<FileJournals> open = new ArrayList<>();

    @BeforeEach
    void begin() {
        open(SETTINGS);
    }

    @AfterEach
    void end() {
        open.forEach(FileJournals::close);
    }

    @Override
    protected Journals journals() {
        return last();
    }

    @Override
    protected Journals again() {
        last().close();
        return open(SETTINGS);
    }

    @Test
    void journalThatWasNotAppendedToHasNoFile() throws IOException {
        journals().create("s", "a");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    /** Clients read it. */
    @Test
    void failureSaysWhatFailedAndNoPathOfTheHost() throws IOException {
        Files.writeString(directory.resolve("s"), "a file where a directory was to be");
        assertThatThrownBy(() -> append(journals().create("s", "a"), "text"))
                .isInstanceOf(StoreException.class)
                .hasMessageMatching("a journal failed: \\w.*")
                .hasMessageNotContaining("null")
                .hasMessageNotContaining("/");
    }

    @Test
    void tornTailIsCutOffWhereverItIsTorn() throws IOException {
        append(journals().create("s", "a"), "first", "second", "third");
        Path file = directory.resolve("s/a.1");
        byte[] whole = Files.readAllBytes(file);
        int second = 2 * Segment.HEAD + "<first<second".length();
        for (int length = 0; length < whole.length; length++) {
            last().close();
            Files.write(file, Arrays.copyOf(whole, length));
            Journal journal = get(open(SETTINGS).open("s", "a"));
            int kept = length < Segment.HEAD + "<first".length() ? 0 : length < second ? 1 : 2;
            assertThat(journal.range().last()).isEqualTo(kept);
            append(journal, "new");
            assertThat(texts(journal, 0)).hasSize(kept + 1).last().isEqualTo((kept + 1) + " new");
        }
    }

    @Test
    void rubbishBehindTheEndIsCutOff() throws IOException {
        append(journals().create("s", "a"), "first");
        byte[] rubbish = new byte[1000];
        new Random(3).nextBytes(rubbish);
        Files.write(directory.resolve("s/a.1"), rubbish, StandardOpenOption.APPEND);
        Journal journal = get(again().open("s", "a"));
        assertThat(texts(journal, 0)).containsExactly("1 first");
        append(journal, "second");
        assertThat(texts(get(again().open("s", "a")), 0)).containsExactly("1 first", "2 second");
    }

    @Test
    void flippedBitLosesTheRestOfItsSegmentOnly() throws IOException {
        Journal journal = journals().create("s", "a");
        for (int i = 0; i < 30; i++) append(journal, "x".repeat(1000));
        Path oldest = directory.resolve("s/a.1");
        byte[] bytes = Files.readAllBytes(oldest);
        bytes[1500] ^= 1;
        Files.write(oldest, bytes);
        Journal found = get(again().open("s", "a"));
        assertThat(found.range().last()).isEqualTo(30);
        assertThat(texts(found, 0)).first().asString().startsWith("1 ");
        assertThat(texts(found, 1).get(0)).startsWith("9 ");
    }

    @Test
    void spaceIsSharedAndTheOwnOldestGoesWhenThereIsNone() {
        last().close();
        FileJournals tight = open(new FileJournalSettings(KEPT, 100_000, 1));
        Journal one = tight.create("s", "one");
        Journal two = tight.create("s", "two");
        for (int i = 0; i < 60; i++) append(one, "x".repeat(1000));
        one.rest().block();
        for (int i = 0; i < 60; i++) append(two, "x".repeat(1000));
        two.rest().block();
        assertThat(texts(one, 0)).hasSize(60);
        assertThat(two.range().last()).isEqualTo(60);
        assertThat(texts(two, 0).size()).isBetween(20, 40);
        assertThat(tight.used()).isBetween(80_000L, 100_000L);
        tight.delete("s").block();
        assertThat(tight.used()).isZero();
    }

    @Test
    void withoutAnySpaceEntriesAreDroppedAndTheirNumbersAreNotUsedAgain() {
        last().close();
        FileJournalSettings none = new FileJournalSettings(KEPT, 10, 1);
        Journal journal = open(none).create("s", "a");
        append(journal, "first", "second");
        append(journal, "third");
        assertThat(journal.range()).isEqualTo(new LogRange(4, 3));
        assertThat(texts(journal, 0)).isEmpty();
        last().close();
        Journal found = get(open(SETTINGS).open("s", "a"));
        assertThat(found.range()).isEqualTo(new LogRange(4, 3));
        append(found, "fourth");
        assertThat(texts(found, 0)).containsExactly("4 fourth");
    }

    @Test
    void whatIsThereAtTheStartCounts() {
        append(journals().create("s", "a"), "x".repeat(5000));
        last().close();
        FileJournals later = open(SETTINGS);
        assertThat(later.used()).isGreaterThan(5000);
        get(later.open("s", "a")).rest().block();
        later.delete("s", "a").block();
        assertThat(later.used()).isZero();
    }

    @Test
    void whatWasNeverOpenedIsDeletedToo() throws IOException {
        append(journals().create("s", "a"), "x".repeat(5000));
        append(journals().create("s", "ab"), "y");
        last().close();
        FileJournals later = open(SETTINGS);
        later.delete("s", "a").block();
        assertThat(later.used()).isEqualTo(Segment.HEAD + "<y".length());
        assertThat(directory.resolve("s/a.1")).doesNotExist();
        assertThat(texts(get(later.open("s", "ab")), 0)).containsExactly("1 y");
        later.close();
        FileJournals last = open(SETTINGS);
        last.delete("s").block();
        assertThat(last.used()).isZero();
        assertThat(directory.resolve("s")).doesNotExist();
    }

    @Test
    void journalNeverTakesMoreThanItMay() throws IOException {
        Journal journal = journals().create("s", "a");
        for (int i = 0; i < 200; i++) {
            append(journal, "x".repeat(100 + i * 37 % 7000));
            long bytes = 0;
            try (var files = Files.list(directory.resolve("s"))) {
                for (Path file : files.toList()) bytes += Files.size(file);
            }
            assertThat(bytes).isLessThanOrEqualTo(KEPT);
        }
    }

    /** Heads of entries lie across the ends of what is read at a time. */
    @Test
    void pagesOfAnySizeLeadToTheEnd() {
        Journal journal = journals().create("s", "a");
        for (int i = 0; i < 60; i++) append(journal, "x".repeat(i));
        for (int bytes = 1; bytes < 150; bytes++) {
            long after = 0;
            while (after < 60) after += get(journal.read(after, bytes)).size();
            assertThat(after).isEqualTo(60);
        }
        assertThat(get(journal.read(0, 1 << 20))).hasSize(60);
    }

    @Test
    void closedJournalsRefuseAndManyAppendsAtATimeAreOrderedByTheirCaller() {
        Flux.range(0, 50)
                .flatMap(
                        i -> {
                            Journal journal = journals().create("s", "j" + i);
                            return Flux.range(0, 20)
                                    .concatMap(n -> journal.append(List.of(new Journal.Piece(
                                            new byte[] {'<'},
                                            Integer.toString(n).getBytes(UTF_8)))))
                                    .then();
                        },
                        50)
                .blockLast(Duration.ofSeconds(30));
        Journal one = get(journals().open("s", "j7"));
        assertThat(texts(one, 18)).containsExactly("19 18", "20 19");
        last().close();
        assertThatThrownBy(() -> append(one, "x")).isInstanceOf(StoreException.Unavailable.class);
    }

    /** On a file system of 1 MiB. */
    @Test
    void fullDiskRefusesAndTheAppendGoesOnWhereItStopped() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        Needs.MOUNTS.orSkip(run("mount", "-t", "tmpfs", "-o", "size=1m", "none", small.toString()) == 0);
        try {
            FileJournals journals = FileJournals.open(small, new FileJournalSettings(1 << 24, 1 << 24, 1));
            open.add(journals);
            Journal journal = journals.create("s", "a");
            Path ballast = Files.write(small.resolve("ballast"), new byte[700 * 1024]);
            List<Journal.Piece> pieces = new ArrayList<>();
            for (int i = 0; i < 50; i++) pieces.add(new Journal.Piece(new byte[] {'<'}, new byte[10_000]));
            assertThatThrownBy(() -> journal.append(pieces).block()).isInstanceOf(StoreException.Full.class);
            int added = (int) journal.range().last();
            Files.delete(ballast);
            journal.append(pieces.subList(added, 50)).block();
            assertThat(journal.range()).isEqualTo(new LogRange(1, 50));
            assertThat(texts(journal, 0)).hasSize(50);
            journals.close();
        } finally {
            run("umount", small.toString());
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private FileJournals open(FileJournalSettings settings) {
        try {
            FileJournals journals = FileJournals.open(directory, settings);
            open.add(journals);
            return journals;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private FileJournals last() {
        return open.get(open.size() - 1);
    }
}
