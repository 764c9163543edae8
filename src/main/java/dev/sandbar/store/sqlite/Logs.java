package dev.sandbar.store.sqlite;

import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Retention;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes logs. The ends of those that were used last are remembered. */
final class Logs {

    private static final int REMEMBERED = 4_096;

    private final Map<String, LogTail> tails = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LogTail> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final DroppedLogs dropped;
    private final PreparedStatement create;
    private final PreparedStatement find;
    private final PreparedStatement insert;
    private final PreparedStatement totals;
    private final PreparedStatement delete;
    private final PreparedStatement forget;

    Logs(Connection connection) throws SQLException {
        dropped = new DroppedLogs(connection);
        create = connection.prepareStatement("INSERT INTO log (name) VALUES (?) RETURNING id");
        find = connection.prepareStatement("SELECT l.id, f.sequence, t.sequence, t.total, f.total - length(f.content)"
                + " FROM log l JOIN entry f ON f.log = l.id AND f.sequence = (SELECT min(sequence) FROM entry WHERE log = l.id)"
                + " JOIN entry t ON t.log = l.id AND t.sequence = (SELECT max(sequence) FROM entry WHERE log = l.id)"
                + " WHERE l.name = ?");
        insert = connection.prepareStatement("INSERT INTO entry (log, sequence, total, content) VALUES (?, ?, ?, ?)");
        totals = connection.prepareStatement(
                "SELECT total FROM entry WHERE log = ? AND sequence >= ? ORDER BY sequence");
        delete = connection.prepareStatement("DELETE FROM entry WHERE log = ? AND sequence < ?");
        forget = connection.prepareStatement("DELETE FROM log WHERE id = ?");
    }

    /** Returns the newest entry's sequence number. */
    long append(Append append) throws SQLException {
        LogTail tail = find(append.log());
        if (append.entries().isEmpty()) return tail == null ? 0 : tail.last;
        if (tail == null) tail = create(append.log());
        insert.setLong(1, tail.id);
        for (byte[] content : append.entries()) {
            insert.setLong(2, ++tail.last);
            insert.setLong(3, tail.total += content.length);
            insert.setBytes(4, content);
            insert.executeUpdate();
        }
        retain(tail, append.keep());
        return tail.last;
    }

    private void retain(LogTail tail, Retention keep) throws SQLException {
        long before = tail.first;
        long beforeLast = Math.max(keep.entries(), 1) - 1;
        if (tail.last - tail.first > beforeLast) {
            tail.first = tail.last - beforeLast;
            tail.base = total(tail, tail.first - 1);
        }
        if (tail.total - tail.base > keep.bytes()) moveFirst(tail, keep.bytes());
        if (tail.first == before) return;
        delete.setLong(1, tail.id);
        delete.setLong(2, tail.first);
        delete.executeUpdate();
    }

    private long total(LogTail tail, long sequence) throws SQLException {
        totals.setLong(1, tail.id);
        totals.setLong(2, sequence);
        try (ResultSet row = totals.executeQuery()) {
            if (!row.next()) throw new SQLException("entry " + sequence + " of log " + tail.id + " is missing");
            return row.getLong(1);
        }
    }

    private void moveFirst(LogTail tail, long bytes) throws SQLException {
        totals.setLong(1, tail.id);
        totals.setLong(2, tail.first);
        try (ResultSet row = totals.executeQuery()) {
            while (tail.total - tail.base > bytes && tail.first < tail.last && row.next()) {
                tail.base = row.getLong(1);
                tail.first++;
            }
        }
    }

    void drop(String name) throws SQLException {
        LogTail tail = find(name);
        if (tail == null) return;
        tails.remove(name);
        forget.setLong(1, tail.id);
        forget.executeUpdate();
        dropped.add(tail.id);
    }

    void clear() throws SQLException {
        dropped.clear();
    }

    boolean unclear() {
        return dropped.some();
    }

    private @Nullable LogTail find(String name) throws SQLException {
        LogTail known = tails.get(name);
        if (known != null) return known;
        find.setString(1, name);
        try (ResultSet row = find.executeQuery()) {
            if (!row.next()) return null;
            LogTail found = new LogTail(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
            tails.put(name, found);
            return found;
        }
    }

    private LogTail create(String name) throws SQLException {
        create.setString(1, name);
        try (ResultSet row = create.executeQuery()) {
            row.next();
            LogTail made = new LogTail(row.getLong(1), 1, 0, 0, 0);
            tails.put(name, made);
            return made;
        }
    }
}
