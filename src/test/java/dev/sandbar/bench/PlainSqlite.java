package dev.sandbar.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** SQLite alone, with the store's settings and tables, written to by one thread that has everything ready. */
final class PlainSqlite implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement document;
    private final PreparedStatement entry;
    private long version;

    PlainSqlite(Path file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        for (String setup : new String[] {
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA cache_size=-8000",
            "CREATE TABLE document (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
                    + " content BLOB NOT NULL, PRIMARY KEY (kind, id))",
            "CREATE TABLE entry (log INTEGER NOT NULL, sequence INTEGER NOT NULL, content BLOB NOT NULL,"
                    + " PRIMARY KEY (log, sequence)) WITHOUT ROWID"
        }) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(setup);
            }
        }
        begin = connection.prepareStatement("BEGIN IMMEDIATE");
        commit = connection.prepareStatement("COMMIT");
        document = connection.prepareStatement("INSERT INTO document (version, content, kind, id) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET version = excluded.version, content = excluded.content");
        entry = connection.prepareStatement("INSERT INTO entry (log, sequence, content) VALUES (?, ?, ?)");
    }

    void begin() throws SQLException {
        begin.execute();
    }

    void commit() throws SQLException {
        commit.execute();
    }

    /** A document, and an entry at the end of a log. */
    void write(String id, byte[] state, long log, long sequence, byte[] event) throws SQLException {
        document.setLong(1, ++version);
        document.setBytes(2, state);
        document.setString(3, "sandbox");
        document.setString(4, id);
        document.executeUpdate();
        entry.setLong(1, log);
        entry.setLong(2, sequence);
        entry.setBytes(3, event);
        entry.executeUpdate();
    }

    /** Reads a log and counts its entries. */
    int read(long log) throws SQLException {
        int count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT sequence, content FROM entry WHERE log = " + log + " ORDER BY sequence")) {
            while (row.next()) {
                if (row.getLong(1) > 0 && row.getBytes(2).length > 0) count++;
            }
        }
        return count;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
