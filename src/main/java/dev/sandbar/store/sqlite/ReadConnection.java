package dev.sandbar.store.sqlite;

import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection that reads; each call sees one moment. Used by one thread at a time, blocking. */
final class ReadConnection {

    /** A page ends behind so many rows or bytes, whichever comes first. */
    static final int PAGE_ROWS = 512;

    static final long PAGE_BYTES = 128 * 1024;

    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement list;
    private final PreparedStatement range;
    private final PreparedStatement entries;

    /** Takes over the connection. */
    ReadConnection(Connection connection) throws SQLException {
        this.connection = connection;
        find = connection.prepareStatement("SELECT version, content FROM document WHERE kind = ? AND id = ?");
        list = connection.prepareStatement("SELECT id, version, content FROM document"
                + " WHERE kind = ? AND id > ? ORDER BY id LIMIT " + PAGE_ROWS);
        range = connection.prepareStatement("SELECT id, (SELECT min(sequence) FROM entry WHERE log = id),"
                + " (SELECT max(sequence) FROM entry WHERE log = id) FROM log WHERE name = ?");
        entries = connection.prepareStatement("SELECT sequence, content FROM entry"
                + " WHERE log = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?");
    }

    @Nullable Document find(String kind, String id) throws SQLException {
        find.setString(1, kind);
        find.setString(2, id);
        try (ResultSet row = find.executeQuery()) {
            return row.next() ? new Document(kind, id, row.getLong(1), row.getBytes(2)) : null;
        }
    }

    /** The next documents of a kind. */
    Page<Document> list(String kind, String after) throws SQLException {
        list.setString(1, kind);
        list.setString(2, after);
        List<Document> found = new ArrayList<>();
        long bytes = 0;
        try (ResultSet row = list.executeQuery()) {
            while (bytes < PAGE_BYTES && row.next()) {
                byte[] content = row.getBytes(3);
                found.add(new Document(kind, row.getString(1), row.getLong(2), content));
                bytes += content.length;
            }
        }
        return new Page<>(found, found.size() < PAGE_ROWS && bytes < PAGE_BYTES);
    }

    /** The ends of a log that has entries. */
    @Nullable Ends ends(String log) throws SQLException {
        range.setString(1, log);
        try (ResultSet row = range.executeQuery()) {
            return row.next() ? new Ends(row.getLong(1), new LogRange(row.getLong(2), row.getLong(3))) : null;
        }
    }

    /** The next entries of a log, at most {@code limit}. */
    Page<LogEntry> entries(long log, long after, long last, int limit) throws SQLException {
        int rows = Math.min(limit, PAGE_ROWS);
        entries.setLong(1, log);
        entries.setLong(2, after);
        entries.setLong(3, last);
        entries.setInt(4, rows);
        List<LogEntry> found = new ArrayList<>();
        long bytes = 0;
        try (ResultSet row = entries.executeQuery()) {
            while (bytes < PAGE_BYTES && row.next()) {
                byte[] content = row.getBytes(2);
                found.add(new LogEntry(row.getLong(1), content));
                bytes += content.length;
            }
        }
        return new Page<>(found, found.size() < rows && bytes < PAGE_BYTES);
    }

    void close() throws SQLException {
        connection.close();
    }

    /** A log's id and range. */
    record Ends(long id, LogRange range) {}

    /** Some rows, and whether none are left behind them. */
    record Page<T>(List<T> rows, boolean end) {}
}
