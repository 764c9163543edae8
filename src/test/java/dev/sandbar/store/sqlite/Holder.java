package dev.sandbar.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;

/** Holds a database open until it is killed: as a store, or by a lock of SQLite's own. */
final class Holder {

    private Holder() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        NativeLibrary.load(file.resolveSibling("native"));
        AutoCloseable held = arguments[0].equals("store")
                ? SqliteStore.open(file, SqliteSettings.DEFAULT)
                : locked(DriverManager.getConnection("jdbc:sqlite:" + file));
        System.out.println("held");
        while (System.in.read() >= 0) {
            // until it is killed
        }
        held.close();
    }

    private static Connection locked(Connection connection) throws Exception {
        Database.execute(connection, "BEGIN EXCLUSIVE");
        return connection;
    }
}
