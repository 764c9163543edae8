package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.StoreException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite's errors mean for those who commit. */
class SqliteErrorTests {

    /** A file system without any room. */
    private static final Failures FULL = new Failures(Path.of("/proc"));

    @TempDir
    Path directory;

    private static SQLiteException error(SQLiteErrorCode code) {
        return new SQLiteException("/a/path/of/the/host", code);
    }

    @ParameterizedTest
    @CsvSource({
        "SQLITE_FULL, Full, Full",
        "SQLITE_BUSY, Busy, Busy",
        "SQLITE_BUSY_SNAPSHOT, Busy, Busy",
        "SQLITE_IOERR, Unavailable, Full",
        "SQLITE_IOERR_WRITE, Unavailable, Full",
        "SQLITE_CANTOPEN, Unavailable, Full",
        "SQLITE_CORRUPT, Unavailable, Unavailable"
    })
    void beforeAnythingWasChangedAnErrorOfFilesMayMeanAFullDisk(SQLiteErrorCode code, String roomy, String full) {
        assertThat(new Failures(directory).unchanged(error(code)).getClass().getSimpleName())
                .isEqualTo(roomy);
        assertThat(FULL.unchanged(error(code)).getClass().getSimpleName()).isEqualTo(full);
    }

    @ParameterizedTest
    @CsvSource({
        "SQLITE_FULL, Full, Full",
        "SQLITE_IOERR_WRITE, Unavailable, Full",
        "SQLITE_IOERR_FSYNC, Unavailable, Unavailable",
        "SQLITE_CANTOPEN, Unavailable, Unavailable"
    })
    void ofACommitOnlyAWriteThatFailedIsSureNotToBeThere(SQLiteErrorCode code, String roomy, String full) {
        assertThat(new Failures(directory).unknown(error(code)).getClass().getSimpleName())
                .isEqualTo(roomy);
        assertThat(FULL.unknown(error(code)).getClass().getSimpleName()).isEqualTo(full);
    }

    @Test
    void otherErrorsAreNamedWithoutWhatTheySay() {
        Failures failures = new Failures(directory.resolve("gone"));
        assertThat(failures.unchanged(error(SQLiteErrorCode.SQLITE_IOERR)))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessage("the database failed (SQLITE_IOERR)");
        assertThat(failures.unchanged(new IllegalStateException("/a/path")))
                .hasMessage("the database failed (IllegalStateException)");
        StoreException known = new StoreException.Busy("too much");
        assertThat(failures.unchanged(known)).isSameAs(known);
    }

    @Test
    void peopleAreToldTheFirstLine() {
        assertThat(Failures.reason(new SQLException("first\nsecond"))).isEqualTo("first");
        assertThat(Failures.reason(new NoSuchFileException("/a/file"))).isEqualTo("NoSuchFile: /a/file");
    }
}
