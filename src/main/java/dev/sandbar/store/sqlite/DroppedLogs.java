package dev.sandbar.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

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
        look();
    }

    void look() throws SQLException {
        try (ResultSet row = next.executeQuery()) {
            some = row.next();
        }
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
        long log;
        try (ResultSet row = next.executeQuery()) {
            some = row.next();
            if (!some) return;
            log = row.getLong(1);
        }
        delete.setLong(1, log);
        if (delete.executeUpdate() == BIT) return;
        done.setLong(1, log);
        done.executeUpdate();
    }
}
