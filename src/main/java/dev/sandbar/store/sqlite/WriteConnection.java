package dev.sandbar.store.sqlite;

import dev.sandbar.store.Change;
import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Drop;
import dev.sandbar.store.Commit;
import dev.sandbar.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one connection that writes. Used by one thread at a time, blocking. After any failure it is to be closed: the driver
 * has given up the statement that failed.
 */
final class WriteConnection {

    private final Connection connection;
    private final Documents documents;
    private final Logs logs;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement savepoint;
    private final PreparedStatement release;
    private final PreparedStatement undo;
    private final PreparedStatement count;
    private long version;

    /** Takes over the connection. */
    WriteConnection(Connection connection) throws SQLException {
        this.connection = connection;
        this.documents = new Documents(connection);
        this.logs = new Logs(connection);
        this.begin = connection.prepareStatement("BEGIN IMMEDIATE");
        this.commit = connection.prepareStatement("COMMIT");
        this.savepoint = connection.prepareStatement("SAVEPOINT one");
        this.release = connection.prepareStatement("RELEASE one");
        this.undo = connection.prepareStatement("ROLLBACK TO one");
        this.count = connection.prepareStatement("UPDATE counter SET value = ? WHERE name = 'version'");
        this.version = Database.number(connection, "SELECT value FROM counter WHERE name = 'version'");
    }

    /** The same, with all tables made. */
    static WriteConnection upToDate(Connection connection) throws SQLException {
        try {
            Schema.migrate(connection);
            return new WriteConnection(connection);
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    void begin() throws SQLException {
        begin.execute();
    }

    /**
     * Makes the changes of one commit within what was begun. Documents come first: only they can conflict.
     *
     * @throws StoreException.Conflict with none of these changes made
     */
    Commit apply(List<Change> changes) throws SQLException {
        long next = version + 1;
        applyDocuments(changes, next);
        version = next;
        return new Commit(next, applyLogs(changes));
    }

    private void applyDocuments(List<Change> changes, long next) throws SQLException {
        int count = 0;
        for (Change change : changes) {
            if (Documents.concerns(change)) count++;
        }
        if (count == 0) return;
        boolean several = count > 1; // a single one either is made or conflicts: nothing to undo
        if (several) savepoint.execute();
        try {
            for (Change change : changes) {
                documents.apply(change, next);
            }
        } catch (StoreException.Conflict conflict) {
            if (several) undo.execute();
            if (several) release.execute();
            throw conflict;
        }
        if (several) release.execute();
    }

    private Map<String, Long> applyLogs(List<Change> changes) throws SQLException {
        Map<String, Long> last = new HashMap<>(2);
        for (Change change : changes) {
            if (change instanceof Append append) last.put(append.log(), logs.append(append));
            if (change instanceof Drop drop) logs.drop(drop.log());
        }
        return last;
    }

    /** Removes some entries of dropped logs within what was begun, where there are any. */
    void clear() throws SQLException {
        logs.clear();
    }

    /** Whether entries of dropped logs are left. */
    boolean unclear() {
        return logs.unclear();
    }

    /** Before {@link #commit}: the versions that were given will never be given again. */
    void keepVersion() throws SQLException {
        count.setLong(1, version);
        count.executeUpdate();
    }

    /** Makes everything since {@link #begin} durable. */
    void commit() throws SQLException {
        commit.execute();
    }

    /** Moves what is in the write-ahead log into the file as far as there is room: the log's own is used again then. */
    void makeRoom() throws SQLException {
        Database.execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
    }

    /** Moves what is in the write-ahead log into the file. */
    void checkpoint() throws SQLException {
        Database.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /** What was begun and not made durable is undone. */
    void close() throws SQLException {
        connection.close();
    }
}
