package dev.sandbar.store.sqlite;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Writes what is queued, on a thread of its own: as long as there is more, commits join the group that is open; then one
 * sync makes all of them durable. While that lasts, the next group queues up.
 */
final class Writer {

    private static final Logger log = LoggerFactory.getLogger(Writer.class);
    private static final int MOST = 256;
    private static final long PATIENCE_SECONDS = 30;

    private final Scheduler thread = Schedulers.newBoundedElastic(1, 16, "store-writer", 60, true);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Database database;
    private final CommitQueue queue;
    private final Answers answers;
    private final Failures failures;
    private @Nullable WriteConnection connection;
    private boolean failing;
    private volatile boolean closing;

    Writer(Database database, WriteConnection connection, CommitQueue queue, Answers answers, Failures failures) {
        this.database = database;
        this.connection = connection;
        this.queue = queue;
        this.answers = answers;
        this.failures = failures;
    }

    Mono<Commit> commit(List<Change> changes) {
        return Mono.create(caller -> {
            if (queue.add(new Waiting(caller, Change.together(changes)))) thread.schedule(this::serve);
        });
    }

    private void serve() {
        while (true) {
            List<Waiting> group = new ArrayList<>();
            boolean unclear = unclear();
            if (unclear) queue.moveTo(group, MOST, Store.COMMIT_MAX);
            else queue.moveToOrLeave(group, MOST, Store.COMMIT_MAX);
            if (group.isEmpty() && !unclear) return;
            write(group);
        }
    }

    private boolean unclear() {
        return !closing && connection != null && connection.unclear();
    }

    /** Writes one group, and clears some of what is to be cleared. */
    private void write(List<Waiting> group) {
        StoreException failure = tryWrite(group);
        if (failure instanceof StoreException.Full && madeRoom()) failure = tryWrite(group);
        if (failure == null) succeeded();
        else failed(failure, group);
        answers.give(group);
    }

    private void succeeded() {
        if (failing) log.info("Commits succeed again");
        failing = false;
    }

    private void failed(StoreException failure, List<Waiting> group) {
        if (!failing) log.warn("Commits fail: {}", failure.getMessage());
        log.debug("A group of commits failed", failure);
        failing = true;
        group.forEach(commit -> commit.failed(failure));
    }

    /** What is in the log may fit into the file: the log is written from its beginning again then. */
    private boolean madeRoom() {
        try {
            connected().makeRoom();
            return true;
        } catch (SQLException still) {
            disconnect();
            return false;
        }
    }

    /** After a failure nothing of the group was changed, or at least nothing more will be. */
    private @Nullable StoreException tryWrite(List<Waiting> group) {
        WriteConnection open;
        try {
            open = connected();
            open.begin();
            fill(group, open);
            if (unclear()) open.clear();
            if (!group.stream().allMatch(Waiting::refused)) open.keepVersion();
        } catch (SQLException | RuntimeException | Error failed) {
            disconnect();
            return failures.unchanged(failed);
        }
        try {
            open.commit();
            return null;
        } catch (SQLException | RuntimeException | Error failed) {
            disconnect();
            return failures.unknown(failed);
        }
    }

    private WriteConnection connected() throws SQLException {
        WriteConnection open = connection;
        if (open == null) {
            open = WriteConnection.upToDate(database.forWriting());
            connection = open;
        }
        return open;
    }

    /** What comes while others are applied joins them. */
    private void fill(List<Waiting> group, WriteConnection open) throws SQLException {
        long bytes = 0;
        for (int i = 0; i < group.size(); i++) {
            apply(group.get(i), open);
            bytes += group.get(i).bytes();
            if (i == group.size() - 1) queue.moveTo(group, MOST, Store.COMMIT_MAX - bytes);
        }
    }

    private static void apply(Waiting commit, WriteConnection open) throws SQLException {
        if (commit.cancelled()) return;
        try {
            commit.done(open.apply(commit.changes()));
        } catch (StoreException.Conflict conflict) {
            commit.failed(conflict);
        }
    }

    /** What was begun ends with the connection, whose statements can't be used any more; the next group gets a new one. */
    private void disconnect() {
        WriteConnection open = connection;
        connection = null;
        if (open != null) close(open);
    }

    /** Takes no more commits, writes those that wait, moves all into the file, and closes it. Blocking. */
    void close() throws InterruptedException {
        queue.close();
        closing = true;
        thread.schedule(this::finish);
        if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) refuse();
        thread.dispose();
    }

    private void finish() {
        WriteConnection open = connection;
        connection = null;
        try {
            if (open != null) open.checkpoint();
        } catch (SQLException kept) {
            log.warn("The database's log is kept for the next start: {}", Failures.reason(kept));
        }
        if (open != null) close(open);
        finished.countDown();
    }

    private void refuse() {
        log.warn("The database's disk took longer than {} s: what waits is refused", PATIENCE_SECONDS);
        List<Waiting> left = new ArrayList<>();
        queue.moveTo(left, Integer.MAX_VALUE, Long.MAX_VALUE);
        left.forEach(commit -> commit.failed(CommitQueue.closed()));
        answers.give(left);
    }

    private static void close(WriteConnection open) {
        try {
            open.close();
        } catch (SQLException ignored) {
            log.debug("A connection could not be closed", ignored);
        }
    }
}
