package dev.sandbar.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.sqlite.SQLiteConfig;

/** The file, and how connections to it are made. */
record Database(Path file) {

    private static final int PATIENCE_MILLIS = 5_000;

    Path directory() {
        return Objects.requireNonNull(file.getParent(), "a database's file lies in a directory");
    }

    /** The write-ahead log, which is part of the database as long as it holds something. */
    Path log() {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    /** A connection that makes the file where there is none; in WAL mode, each commit with a full sync. */
    Connection forWriting() throws SQLException {
        return opened(
                "?mode=rwc",
                "PRAGMA journal_mode=WAL",
                "PRAGMA synchronous=FULL",
                "PRAGMA journal_size_limit=67108864",
                "PRAGMA cache_size=-8000");
    }

    Connection forReading() throws SQLException {
        return opened("?mode=rw", "PRAGMA query_only=ON");
    }

    /**
     * A connection that changes nothing in the directory.
     *
     * @param quiet whether there is no write-ahead log: then not even its index is made
     */
    Connection forChecking(boolean quiet) throws SQLException {
        return opened(quiet ? "?mode=ro&immutable=1" : "?mode=ro");
    }

    private Connection opened(String how, String... settings) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(PATIENCE_MILLIS);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        Connection connection =
                config.createConnection("jdbc:sqlite:file:" + file.toUri().getRawPath() + how);
        try {
            for (String setting : settings) {
                execute(connection, setting);
            }
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }
}
