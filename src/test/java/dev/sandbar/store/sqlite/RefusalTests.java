package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.gate.Needs;
import dev.sandbar.store.Change;
import dev.sandbar.store.StoreUnusableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Real files that can't be used: each is refused in one sentence, and stays as it is. */
class RefusalTests {

    @TempDir
    Path directory;

    private Path file = Path.of("set before each test");

    @BeforeEach
    void aStoreWithSomethingInIt() {
        file = directory.resolve("store.db");
        try (SqliteStore store = SqliteStore.open(file, SqliteSettings.DEFAULT)) {
            Flux.range(0, 200)
                    .concatMap(i -> store.commit(new Change.Put("kind", "d" + i, Change.NEW, new byte[2_000])))
                    .blockLast();
        }
    }

    @Test
    void oneOfANewerVersion() throws Exception {
        try (Connection connection = connect()) {
            Database.execute(connection, "PRAGMA user_version=99");
        }
        assertRefused("was written by a newer version (its schema is 99, known here is " + Schema.VERSION
                + "): start that version again, or move the file away to begin anew.");
    }

    @Test
    void oneOfANewerVersionThatWasKilled() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other")).resolve("store.db");
        try (Connection connection = connect()) {
            Database.execute(connection, "PRAGMA user_version=99");
            Files.copy(file, other);
            Files.copy(directory.resolve("store.db-wal"), other.resolveSibling("store.db-wal"));
        }
        file = other;
        assertRefused("was written by a newer version (its schema is 99");
    }

    @Test
    void oneOfAnotherProgram() throws Exception {
        Files.delete(file);
        try (Connection connection = connect()) {
            Database.execute(connection, "CREATE TABLE theirs (a)");
        }
        assertRefused("belongs to another program: move it away, or set another place for this one.");
    }

    @Test
    void aFileThatIsNoDatabase() throws Exception {
        Files.writeString(file, "Once upon a time there was a file that was no database. ".repeat(40));
        assertRefused("is not a database: restore it from a backup, or move it away to begin anew.");
        Files.write(file, "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII));
        assertRefused("is not a database");
    }

    @Test
    void oneThatIsTruncated() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {whole.length - 1, whole.length / 2, 4_096, 150}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused("is truncated to " + length + " of " + whole.length
                    + " bytes: restore it from a backup, or move it away to begin anew.");
        }
    }

    @Test
    void oneOfWhichOnlyTheLogIsLeft() throws Exception {
        Files.writeString(directory.resolve("store.db-wal"), "something");
        Files.write(file, new byte[0]);
        assertRefused("is missing or empty, but what was to be written to it isn't");
        Files.delete(file);
        assertRefused("is missing or empty, but what was to be written to it isn't");
    }

    @Test
    void oneThatIsDamaged() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int at : new int[] {100, 20_000, whole.length - 4_096}) {
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, at, at + 2_000, (byte) 0xa5);
            Files.write(file, damaged);
            assertRefused("is damaged (");
        }
    }

    @Test
    void oneThatAnotherInstanceHas() throws Exception {
        try (Child other = new Child(Holder.class, "store", file)) {
            assertThat(other.line()).isEqualTo("held");
            assertRefused("is in use by another instance: stop that one, or set another place.");
        }
        SqliteStore.open(file, SqliteSettings.DEFAULT).close();
    }

    @Test
    void oneThatThisProcessHas() throws Exception {
        try (SqliteStore first = SqliteStore.open(file, SqliteSettings.DEFAULT)) {
            assertRefused("is in use by another instance");
            assertThat(first.find("kind", "d0").block()).isNotNull();
        }
    }

    @Test
    void oneThatAnotherProcessLocks() throws Exception {
        try (Child other = new Child(Holder.class, "exclusive", file)) {
            assertThat(other.line()).isEqualTo("held");
            assertRefused("is locked by another process: end that one, and start again.");
        }
        SqliteStore.open(file, SqliteSettings.DEFAULT).close();
    }

    @Test
    void aDirectoryThatCantBeWritten() throws Exception {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.copy(file, closed.resolve("store.db"));
        file = closed.resolve("store.db");
        boolean mounted = run("mount", "--bind", closed, closed) && run("mount", "-o", "remount,ro,bind", closed);
        if (!mounted) Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
        try {
            Needs.CLOSED_DIRECTORY.orSkip(!Files.isWritable(closed));
            assertRefused("can't be opened for writing (");
        } finally {
            if (mounted) run("umount", closed);
            else Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aPlaceThatIsNoDirectory() throws Exception {
        Path below = file.resolve("store.db");
        assertThatThrownBy(() -> SqliteStore.open(below, SqliteSettings.DEFAULT))
                .isInstanceOf(StoreUnusableException.class)
                .hasMessageStartingWith("The database " + below + " can't be opened for writing (")
                .hasMessageEndingWith("): make its directory writable, or set another place.");
    }

    private void assertRefused(String why) throws IOException {
        Map<String, String> before = contents();
        assertThatThrownBy(() -> SqliteStore.open(file, SqliteSettings.DEFAULT))
                .isInstanceOf(StoreUnusableException.class)
                .hasMessageStartingWith("The database " + file + " " + why)
                .hasMessageNotContaining("\n");
        assertThat(contents()).isEqualTo(before);
    }

    /** Of the database's files; the index of the log is none: it is made anew at each start. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(file.getParent())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String name = each.getFileName().toString();
                if (name.endsWith(".lock") || name.endsWith("-shm")) continue;
                contents.put(name, Arrays.toString(copy(each)));
            }
        }
        return contents;
    }

    /** By another process: whoever closes the file itself takes away this process's locks on it. */
    private static byte[] copy(Path original) throws IOException {
        try {
            Process cat = new ProcessBuilder("cat", original.toString()).start();
            byte[] bytes = cat.getInputStream().readAllBytes();
            assertThat(cat.waitFor()).isZero();
            return bytes;
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private Connection connect() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private static boolean run(Object... command) throws Exception {
        String[] line = Stream.of(command).map(Object::toString).toArray(String[]::new);
        return new ProcessBuilder(line).redirectErrorStream(true).start().waitFor() == 0;
    }
}
