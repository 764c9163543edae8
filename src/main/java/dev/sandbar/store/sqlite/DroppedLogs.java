package dev.sandbar.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Logs that are gone for everybody, but whose entries aren't removed yet: that is done bit by bit. */
final class DroppedLogs {

    /** Takes the writer about 3 ms. */
    private static final int BIT = 1_000;

    private final PreparedStatement next;
    private final PreparedStatement add;
    private final PreparedStatement delete;
    private final PreparedStatement done;
    private boolean some;

    DroppedLogs(Connection connection) throws SQLException {
        next = connection.prepareStatement("SELECT log FROM dropped LIMIT 1");
        add = connection.prepareStatement("INSERT INTO dropped (log) VALUES (?)");
        delete = connection.prepareStatement("DELETE FROM entry WHERE log = ?1 AND sequence <"
                + " (SELECT min(sequence) FROM entry WHERE log = ?1) + " + BIT);
        done = connection.prepareStatement("DELETE FROM dropped WHERE log = ?");
        some = next() != null;
    }

    boolean some() {
        return some;
    }

    void add(long log) throws SQLException {
        add.setLong(1, log);
        add.executeUpdate();
        some = true;
    }

    /** Removes one bit. */
    void clear() throws SQLException {
        Long log = next();
        some = log != null;
        if (log == null) return;
        delete.setLong(1, log);
        if (delete.executeUpdate() == BIT) return;
        done.setLong(1, log);
        done.executeUpdate();
    }

    private @Nullable Long next() throws SQLException {
        try (ResultSet row = next.executeQuery()) {
            return row.next() ? row.getLong(1) : null;
        }
    }
}
