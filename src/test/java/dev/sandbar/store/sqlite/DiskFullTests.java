package dev.sandbar.store.sqlite;

import static dev.sandbar.store.Change.ANY;
import static dev.sandbar.store.Change.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.store.Change;
import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Delete;
import dev.sandbar.store.Change.Put;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.Commit;
import dev.sandbar.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A real small file system, or a database that may not grow. */
class DiskFullTests {

    private static final byte[] CONTENT = new byte[30_000];

    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    @TempDir
    Path directory;

    @Test
    void commitsAreRefusedWholeAndMadeAgainWhenThereIsRoom() throws Exception {
        Needs.MOUNTS.orSkip(run("mount", "-t", "tmpfs", "-o", "size=24m", "none", directory));
        try {
            Path file = directory.resolve("store.db");
            Path other = Files.write(directory.resolve("other"), new byte[16_000_000]);
            fillAndFree(file, other);
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
                assertThat(Database.text(connection, "PRAGMA integrity_check")).isEqualTo("ok");
            }
            try (SqliteStore store = SqliteStore.open(file, SqliteSettings.DEFAULT)) {
                assertOnlyWhatWasAcknowledged(store);
            }
        } finally {
            run("umount", "-l", directory);
        }
    }

    private void fillAndFree(Path file, Path other) throws Exception {
        try (SqliteStore store = SqliteStore.open(file, SqliteSettings.DEFAULT)) {
            load(store, "a", 400);
            assertThat(done).isNotEmpty();
            assertThat(refused).hasSizeGreaterThan(100);
            assertOnlyWhatWasAcknowledged(store);

            Files.delete(other);
            int before = refused.size();
            load(store, "b", 20);
            assertThat(refused).hasSize(before);
            assertOnlyWhatWasAcknowledged(store);
            load(store, "c", 400);
            assertOnlyWhatWasAcknowledged(store);
        }
    }

    @Test
    void whatNeedsNoMoreRoomIsWrittenOnAFullDisk() throws Exception {
        Needs.MOUNTS.orSkip(run("mount", "-t", "tmpfs", "-o", "size=8m", "none", directory));
        try (SqliteStore store = SqliteStore.open(directory.resolve("store.db"), SqliteSettings.DEFAULT)) {
            Flux<Commit> changes = Flux.range(0, 300)
                    .concatMap(i -> store.commit(new Put("kind", "a", ANY, other(i)), new Delete("kind", "b", ANY)));
            changes.blockLast();
            assertThat(run("dd", "if=/dev/zero", "of=" + directory.resolve("other"), "bs=4096"))
                    .isFalse();

            StepVerifier.create(changes).expectNextCount(300).verifyComplete();
            StepVerifier.create(changes).expectNextCount(300).verifyComplete();
        } finally {
            run("umount", "-l", directory);
        }
    }

    /** SQLite leaves out pages that don't change. */
    private static byte[] other(int number) {
        byte[] content = new byte[CONTENT.length];
        Arrays.fill(content, (byte) number);
        return content;
    }

    /** Eight at once. */
    private void load(SqliteStore store, String prefix, int count) {
        Flux.range(0, count).flatMap(i -> commit(store, prefix + i), 8).blockLast();
    }

    private Mono<Commit> commit(SqliteStore store, String name) {
        return store.commit(changes(name))
                .doOnNext(commit -> done.add(name))
                .doOnError(StoreException.Full.class, full -> refused.add(name))
                .onErrorResume(StoreException.Full.class, full -> Mono.empty());
    }

    private static List<Change> changes(String name) {
        return List.of(
                new Put("kind", name, NEW, CONTENT),
                new Append(name, List.of(CONTENT), Retention.ALL),
                new Append("all", List.of(new byte[10]), Retention.ALL));
    }

    private void assertOnlyWhatWasAcknowledged(SqliteStore store) {
        assertThat(store.list("kind")
                        .map(document -> document.id())
                        .collectList()
                        .block())
                .containsExactlyInAnyOrderElementsOf(done);
        for (String name : done) {
            assertThat(Objects.requireNonNull(store.range(name).block()).last()).isEqualTo(1);
        }
        for (String name : refused) {
            assertThat(Objects.requireNonNull(store.range(name).block()).last()).isZero();
        }
        assertThat(Objects.requireNonNull(store.range("all").block()).last()).isEqualTo(done.size());
    }

    private static boolean run(Object... command) throws Exception {
        String[] line = Stream.of(command).map(Object::toString).toArray(String[]::new);
        return new ProcessBuilder(line).redirectErrorStream(true).start().waitFor() == 0;
    }
}
