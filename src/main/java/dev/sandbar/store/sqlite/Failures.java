package dev.sandbar.store.sqlite;

import dev.sandbar.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite's errors mean for a store. */
final class Failures {

    /** With less room than this an error of I/O counts as a full disk: the least that SQLite asks for is 32 KiB. */
    private static final long ROOM = 64 * 1024;

    private final Path directory;

    Failures(Path directory) {
        this.directory = directory;
    }

    /** Of something that failed before it could have changed anything. */
    StoreException unchanged(Throwable failed) {
        boolean files = is(failed, SQLiteErrorCode.SQLITE_IOERR) || is(failed, SQLiteErrorCode.SQLITE_CANTOPEN);
        return files && room() < ROOM ? full(failed) : translate(failed);
    }

    /** Of a commit's last step: whatever failed behind the last write may be there after a crash all the same. */
    StoreException unknown(Throwable failed) {
        boolean written = code(failed) != SQLiteErrorCode.SQLITE_IOERR_WRITE;
        return written || room() >= ROOM ? translate(failed) : full(failed);
    }

    private StoreException translate(Throwable failed) {
        if (failed instanceof StoreException known) return known;
        if (is(failed, SQLiteErrorCode.SQLITE_FULL)) return full(failed);
        return is(failed, SQLiteErrorCode.SQLITE_BUSY)
                ? new StoreException.Busy("another process keeps the database locked")
                : new StoreException.Unavailable("the database failed (" + name(failed) + ")", failed);
    }

    /** Clients read it: the driver's message may name a path. */
    private static String name(Throwable failed) {
        SQLiteErrorCode code = code(failed);
        return code == null ? failed.getClass().getSimpleName() : code.name();
    }

    private StoreException full(Throwable failed) {
        return new StoreException.Full("the disk of the data directory is full", failed);
    }

    private long room() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether an error is of this kind, in any of its more detailed forms. */
    static boolean is(Throwable failed, SQLiteErrorCode kind) {
        SQLiteErrorCode code = code(failed);
        return code != null && (code.code & 0xff) == kind.code;
    }

    private static @Nullable SQLiteErrorCode code(Throwable failed) {
        return failed instanceof SQLiteException known ? known.getResultCode() : null;
    }

    /** The first line of an error, for people. */
    static String reason(Exception failed) {
        String message = String.valueOf(failed.getMessage());
        return failed instanceof SQLException
                ? message.lines().findFirst().orElse("")
                : failed.getClass().getSimpleName().replace("Exception", "") + ": " + message;
    }
}
