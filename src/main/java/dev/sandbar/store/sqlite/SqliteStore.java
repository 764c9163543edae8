package dev.sandbar.store.sqlite;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreUnusableException;
import dev.sandbar.store.sqlite.ReadConnection.Ends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store in one SQLite file, which this process alone may have open.
 *
 * <p><b>Threads:</b> answers are emitted on threads of its own that do no I/O and mayn't be blocked. <b>Bounds:</b> see
 * {@link SqliteSettings}; beyond them calls fail with {@link dev.sandbar.store.StoreException.Busy}. A commit whose
 * caller leaves while it waits may not be begun.
 */
public final class SqliteStore implements Store, AutoCloseable {

    private final AtomicBoolean closed = new AtomicBoolean();
    private final DatabaseLock lock;
    private final Answers answers = new Answers();
    private final Readers readers;
    private final Writer writer;

    private SqliteStore(DatabaseLock lock, Database database, WriteConnection connection, SqliteSettings settings) {
        Failures failures = new Failures(database.directory());
        this.lock = lock;
        this.readers = new Readers(database, settings, answers, failures);
        this.writer = new Writer(database, connection, new CommitQueue(settings), answers, failures);
    }

    /**
     * Opens the database, makes it where there is none, and brings its tables up to date. Blocking.
     *
     * @throws StoreUnusableException when it isn't ours, is newer, damaged or in use, or when there is no writing to it
     */
    public static SqliteStore open(Path file, SqliteSettings settings) {
        Database database = new Database(file.toAbsolutePath());
        DatabaseLock lock = null;
        try {
            Files.createDirectories(database.directory());
            lock = DatabaseLock.take(database.file());
            return new SqliteStore(lock, database, connect(database), settings);
        } catch (Exception failed) {
            closeQuietly(lock);
            throw refusal(database.file(), failed);
        }
    }

    private static WriteConnection connect(Database database) throws Exception {
        NativeLibrary.load(database.directory().resolve("native"));
        new Check(database).run();
        return WriteConnection.upToDate(database.forWriting());
    }

    private static RuntimeException refusal(Path file, Exception failed) {
        if (failed instanceof StoreUnusableException known) return known;
        boolean locked = Failures.is(failed, SQLiteErrorCode.SQLITE_BUSY);
        return new StoreUnusableException("The database " + file
                + (locked
                        ? " is locked by another process: end that one, and start again."
                        : " can't be opened for writing (" + Failures.reason(failed)
                                + "): make its directory writable, or set another place."));
    }

    @Override
    public Mono<Commit> commit(List<Change> changes) {
        return writer.commit(changes);
    }

    @Override
    public Mono<Document> find(String kind, String id) {
        return readers.read(connection -> connection.find(kind, id));
    }

    @Override
    public Flux<Document> list(String kind) {
        return Flux.defer(() -> readers.pages(new Pages.OfDocuments(kind)));
    }

    @Override
    public Mono<LogRange> range(String log) {
        return readers.read(connection -> connection.ends(log)).map(Ends::range).defaultIfEmpty(LogRange.NONE);
    }

    @Override
    public Flux<LogEntry> read(String log, long after, int limit) {
        return Flux.defer(() -> readers.pages(new Pages.OfEntries(log, after, limit)));
    }

    /**
     * Takes no more calls, writes and answers the commits that wait, and moves all into one file. Blocking, for half a
     * minute at most: what a disk hasn't written by then fails with {@link
     * dev.sandbar.store.StoreException.Unavailable}. May be called again.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        boolean interrupted = false;
        for (Part part : List.<Part>of(readers::close, writer::close, answers::close)) {
            if (!close(part)) interrupted = true;
        }
        closeQuietly(lock);
        if (interrupted) Thread.currentThread().interrupt();
    }

    private interface Part {
        void close() throws InterruptedException;
    }

    /** False when it was interrupted: it isn't waited for then, but for what comes after it. */
    private static boolean close(Part part) {
        try {
            part.close();
            return true;
        } catch (InterruptedException interrupted) {
            return false;
        }
    }

    private static void closeQuietly(@Nullable DatabaseLock lock) {
        try {
            if (lock != null) lock.close();
        } catch (IOException ignored) {
            // the operating system releases the lock with the process
        }
    }
}
