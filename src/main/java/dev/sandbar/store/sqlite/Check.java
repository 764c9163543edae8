package dev.sandbar.store.sqlite;

import dev.sandbar.store.StoreUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/**
 * Refuses what isn't ours, is newer, or is damaged, before anything in it is changed. Each page is looked at in a small
 * database only: it costs about 2 ms for each MiB.
 */
final class Check {

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 100;
    private static final long SMALL = 64L * 1024 * 1024;
    private static final String ADVICE = ": restore it from a backup, or move it away to begin anew.";

    private final Database database;
    private final Path file;

    Check(Database database) {
        this.database = database;
        this.file = database.file();
    }

    void run() throws IOException, SQLException {
        boolean logged = size(database.log()) > 0;
        if (size(file) == 0) {
            if (logged) throw refusal("is missing or empty, but what was to be written to it isn't" + ADVICE);
            return;
        }
        checkHeader(logged);
        try (Connection connection = database.forChecking(!Files.exists(database.log()))) {
            checkContent(connection);
        } catch (SQLException failed) {
            if (!damaged(failed)) throw failed;
            throw refusal("is damaged (" + Failures.reason(failed) + ")" + ADVICE);
        }
    }

    private void checkHeader(boolean logged) throws IOException {
        ByteBuffer header = header();
        if (header.remaining() < HEADER || ByteBuffer.wrap(MAGIC).mismatch(header) != MAGIC.length) {
            throw refusal("is not a database" + ADVICE);
        }
        long pageSize = Short.toUnsignedLong(header.getShort(16));
        long due = (pageSize == 1 ? 65_536 : pageSize) * Integer.toUnsignedLong(header.getInt(28));
        boolean upToDate = !logged && header.getInt(24) == header.getInt(92);
        if (upToDate && size(file) < due) {
            throw refusal("is truncated to " + size(file) + " of " + due + " bytes" + ADVICE);
        }
    }

    private ByteBuffer header() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // until it is whole
            }
        }
        return header.flip();
    }

    private void checkContent(Connection connection) throws IOException, SQLException {
        long application = Database.number(connection, "PRAGMA application_id");
        boolean fresh = Database.number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (application != Schema.APPLICATION && !fresh) {
            throw refusal("belongs to another program: move it away, or set another place for this one.");
        }
        long version = Schema.version(connection);
        if (version > Schema.VERSION) {
            throw refusal("was written by a newer version (its schema is " + version + ", known here is "
                    + Schema.VERSION + "): start that version again, or move the file away to begin anew.");
        }
        String found = size(file) > SMALL ? "ok" : Database.text(connection, "PRAGMA quick_check(1)");
        if (!found.equals("ok")) {
            throw refusal(
                    "is damaged (" + found.lines().reduce((one, next) -> next).orElse("") + ")" + ADVICE);
        }
    }

    private static boolean damaged(SQLException failed) {
        return Failures.is(failed, SQLiteErrorCode.SQLITE_CORRUPT)
                || Failures.is(failed, SQLiteErrorCode.SQLITE_NOTADB);
    }

    private StoreUnusableException refusal(String why) {
        return new StoreUnusableException("The database " + file + " " + why);
    }

    private static long size(Path path) throws IOException {
        return Files.exists(path) ? Files.size(path) : 0;
    }
}
