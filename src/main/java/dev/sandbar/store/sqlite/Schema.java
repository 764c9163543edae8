package dev.sandbar.store.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The tables, as an ordered list of migrations: each is made once, and never changed. */
final class Schema {

    /** Marks a database as one of ours: "SBar". */
    static final int APPLICATION = 0x53426172;

    /**
     * A log's id is never used again, so that what a reader holds never means another log. {@code total} is how many bytes
     * the log ever got, up to and with this entry. Of a dropped log the entries are removed bit by bit.
     */
    private static final List<List<String>> MIGRATIONS = List.of(List.of(
            "PRAGMA application_id=" + APPLICATION,
            "CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
            "INSERT INTO counter VALUES ('version', 0)",
            "CREATE TABLE document (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
                    + " content BLOB NOT NULL, PRIMARY KEY (kind, id))",
            "CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE)",
            "CREATE TABLE entry (log INTEGER NOT NULL, sequence INTEGER NOT NULL, total INTEGER NOT NULL,"
                    + " content BLOB NOT NULL, PRIMARY KEY (log, sequence)) WITHOUT ROWID",
            "CREATE TABLE dropped (log INTEGER PRIMARY KEY)"));

    static final int VERSION = MIGRATIONS.size();

    private Schema() {}

    static long version(Connection connection) throws SQLException {
        return Database.number(connection, "PRAGMA user_version");
    }

    /** Makes what is missing; fails where another process keeps the lock, even if nothing is. */
    static void migrate(Connection connection) throws SQLException {
        Database.execute(connection, "BEGIN IMMEDIATE");
        for (int i = (int) version(connection); i < VERSION; i++) {
            for (String statement : MIGRATIONS.get(i)) {
                Database.execute(connection, statement);
            }
            Database.execute(connection, "PRAGMA user_version=" + (i + 1));
        }
        Database.execute(connection, "COMMIT");
    }
}
