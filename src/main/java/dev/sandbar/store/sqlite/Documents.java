package dev.sandbar.store.sqlite;

import dev.sandbar.store.Change;
import dev.sandbar.store.Change.Delete;
import dev.sandbar.store.Change.Put;
import dev.sandbar.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Writes documents, each by one statement that says whether the expected version was there. */
final class Documents {

    private final PreparedStatement insert;
    private final PreparedStatement replace;
    private final PreparedStatement set;
    private final PreparedStatement remove;
    private final PreparedStatement delete;
    private final PreparedStatement find;

    Documents(Connection connection) throws SQLException {
        insert = connection.prepareStatement(
                "INSERT INTO document (version, content, kind, id) VALUES (?, ?, ?, ?)" + " ON CONFLICT DO NOTHING");
        replace = connection.prepareStatement(
                "UPDATE document SET version = ?, content = ? WHERE kind = ? AND id = ? AND version = ?");
        set = connection.prepareStatement("INSERT INTO document (version, content, kind, id) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET version = excluded.version, content = excluded.content");
        remove = connection.prepareStatement("DELETE FROM document WHERE kind = ? AND id = ? AND version = ?");
        delete = connection.prepareStatement("DELETE FROM document WHERE kind = ? AND id = ?");
        find = connection.prepareStatement("SELECT 1 FROM document WHERE kind = ? AND id = ?");
    }

    static boolean concerns(Change change) {
        return change instanceof Put || change instanceof Delete;
    }

    /** Makes the change; does nothing where it is none of a document. */
    void apply(Change change, long version) throws SQLException {
        if (change instanceof Put put && !put(put, version)) throw new StoreException.Conflict(put.kind(), put.id());
        if (change instanceof Delete delete && !delete(delete)) {
            throw new StoreException.Conflict(delete.kind(), delete.id());
        }
    }

    private boolean put(Put put, long version) throws SQLException {
        PreparedStatement statement =
                put.expected() == Change.ANY ? set : put.expected() == Change.NEW ? insert : replace;
        statement.setLong(1, version);
        statement.setBytes(2, put.content());
        statement.setString(3, put.kind());
        statement.setString(4, put.id());
        if (statement == replace) statement.setLong(5, put.expected());
        return statement.executeUpdate() == 1;
    }

    private boolean delete(Delete change) throws SQLException {
        if (change.expected() == Change.NEW) return !exists(change);
        PreparedStatement statement = change.expected() == Change.ANY ? delete : remove;
        statement.setString(1, change.kind());
        statement.setString(2, change.id());
        if (statement == remove) statement.setLong(3, change.expected());
        return statement.executeUpdate() == 1 || statement == delete;
    }

    private boolean exists(Delete change) throws SQLException {
        find.setString(1, change.kind());
        find.setString(2, change.id());
        try (ResultSet row = find.executeQuery()) {
            return row.next();
        }
    }
}
