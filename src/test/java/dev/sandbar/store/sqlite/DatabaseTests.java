package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.StoreUnusableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How connections are set, and that none is left where one can't be used. */
class DatabaseTests {

    @TempDir
    Path directory;

    private Database database = new Database(Path.of("set", "before each test"));

    @BeforeEach
    void name() {
        database = new Database(directory.resolve("store.db"));
    }

    @Test
    void eachCommitIsSyncedIntoALogOfItsOwn() throws SQLException {
        try (Connection connection = database.forWriting()) {
            assertThat(Database.text(connection, "PRAGMA journal_mode")).isEqualTo("wal");
            assertThat(Database.number(connection, "PRAGMA synchronous")).isEqualTo(2);
            assertThat(Database.number(connection, "PRAGMA busy_timeout")).isEqualTo(5_000);
            assertThat(Database.number(connection, "PRAGMA temp_store")).isEqualTo(2);
        }
    }

    @Test
    void readersWriteNothing() throws SQLException {
        try (Connection writing = database.forWriting();
                Connection reading = database.forReading()) {
            Database.execute(writing, "CREATE TABLE t (a)");
            assertThatThrownBy(() -> Database.execute(reading, "INSERT INTO t VALUES (1)"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void whatIsNoDatabaseIsNotKeptOpen() throws Exception {
        Files.writeString(database.file(), "Once upon a time there was a file that was no database. ".repeat(40));
        assertThatThrownBy(database::forWriting).isInstanceOf(SQLException.class);
        assertThat(OpenFiles.in(directory)).isEmpty();
    }

    @Test
    void whatHasOtherTablesIsNotKeptOpen() throws Exception {
        try (Connection connection = database.forWriting()) {
            Database.execute(connection, "CREATE TABLE document (other)");
        }
        assertThatThrownBy(() -> WriteConnection.upToDate(database.forWriting()))
                .isInstanceOf(SQLException.class);
        assertThat(OpenFiles.in(directory)).isEmpty();
    }

    @Test
    void lockThatAnotherHasIsNotKeptOpen() throws Exception {
        try (DatabaseLock first = DatabaseLock.take(database.file())) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> DatabaseLock.take(database.file())).isInstanceOf(StoreUnusableException.class);
            assertThat(OpenFiles.in(directory)).hasSize(1);
        }
        DatabaseLock.take(database.file()).close();
        assertThat(OpenFiles.in(directory)).isEmpty();
    }
}
