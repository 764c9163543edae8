package dev.sandbar.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/** Another process is killed in the middle of its appends: what it was answered is there. */
class KilledWriterTests {

    private static final FileJournalSettings SETTINGS = new FileJournalSettings(1 << 20, 1 << 24, 1);

    @TempDir
    Path directory;

    /** Appends for ever, and says what was answered. */
    public static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws IOException {
            try (FileJournals journals = FileJournals.open(Path.of(args[0]), SETTINGS)) {
                Journal journal = journals.create("s", "a");
                for (int i = 1; ; i++) {
                    byte[] body = (i + " " + "x".repeat(i % 3000)).getBytes(UTF_8);
                    journal.append(List.of(new Journal.Piece(new byte[0], body)))
                            .block();
                    System.out.println(i);
                }
            }
        }
    }

    @RepeatedTest(4)
    void whatWasAnsweredIsThereAndNothingIsBroken(RepetitionInfo repetition) throws Exception {
        long answered = writeUntilKilled(repetition.getCurrentRepetition() * 700L);
        try (FileJournals journals = FileJournals.open(directory, SETTINGS)) {
            Journal journal = Objects.requireNonNull(journals.open("s", "a").block());
            long last = journal.range().last();
            assertThat(last).isGreaterThanOrEqualTo(answered);
            assertThat(journal.range().first()).isGreaterThanOrEqualTo(1);
            long at = journal.range().first() - 1;
            while (at < last) {
                for (LogEntry entry :
                        Objects.requireNonNull(journal.read(at, 100_000).block())) {
                    assertThat(entry.sequence()).isEqualTo(++at);
                    assertThat(new String(entry.content(), UTF_8)).startsWith(at + " ");
                    assertThat(entry.content()).hasSize(Long.toString(at).length() + 1 + (int) (at % 3000));
                }
            }
        }
    }

    private long writeUntilKilled(long enough) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long answered = 0;
        try (BufferedReader said = new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
            while (answered < enough) answered = Long.parseLong(Objects.requireNonNull(said.readLine()));
            writer.toHandle().destroyForcibly();
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (!line.isEmpty() && Long.parseLong(line) == answered + 1) answered++;
            }
        }
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return answered;
    }
}
