package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that is killed by kill -9 while it commits. */
class CrashTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.crashes", 5);

    /** Commits before the kill, beside one of each writer. */
    private static final int MOST = 500;

    private final Random random = new Random();

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedIsThereAndNothingIsHalf() throws Exception {
        Path file = directory.resolve("store.db");
        Set<String> acknowledged = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(acknowledgedUntilKilled(file, round));
            assertThat(names()).isSubsetOf("store.db", "store.db-wal", "store.db-shm", "store.db.lock");
            try (SqliteStore store = SqliteStore.open(file, SqliteSettings.DEFAULT)) {
                assertThat(documents(store, "one")).containsAll(acknowledged);
                for (int writer = 0; writer < Committer.WRITERS; writer++) {
                    assertWhole(store, "r" + round + "w" + writer);
                }
            }
            assertSound(file);
        }
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS * Committer.WRITERS);
    }

    private List<String> acknowledgedUntilKilled(Path file, int round) throws Exception {
        try (Child child = new Child(Committer.class, file, round)) {
            assertThat(child.line()).isEqualTo("begun");
            List<String> acknowledged = new ArrayList<>();
            for (int i = random.nextInt(MOST); i >= -Committer.WRITERS; i--) acknowledged.add(child.line());
            TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
            child.kill();
            acknowledged.addAll(child.rest());
            return acknowledged;
        }
    }

    /** The directory into which the native library is unpacked is gone too. */
    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    /** A writer's commits were made one after the other: of the last one there is all or nothing. */
    private static void assertWhole(SqliteStore store, String writer) {
        List<LogEntry> entries = Objects.requireNonNull(
                store.read(writer, 0, Integer.MAX_VALUE).collectList().block());
        assertThat(entries.size() % 2).isZero();
        for (int i = 0; i < entries.size(); i++) {
            assertThat(entries.get(i).sequence()).isEqualTo(i + 1);
            assertThat(entries.get(i).content()).isEqualTo(Committer.content(writer, i / 2));
        }
        for (String kind : List.of("one", "two")) {
            for (int i = 0; i < entries.size() / 2; i++) {
                Document document = store.find(kind, writer + "n" + i).block();
                assertThat(Objects.requireNonNull(document).content()).isEqualTo(Committer.content(writer, i));
            }
            assertThat(documents(store, kind).stream().filter(id -> id.startsWith(writer + "n")))
                    .hasSize(entries.size() / 2);
        }
    }

    private static Set<String> documents(SqliteStore store, String kind) {
        return new HashSet<>(Objects.requireNonNull(
                store.list(kind).map(Document::id).collectList().block()));
    }

    private static void assertSound(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            assertThat(Database.text(connection, "PRAGMA integrity_check")).isEqualTo("ok");
        }
    }
}
