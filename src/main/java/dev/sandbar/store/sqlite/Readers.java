package dev.sandbar.store.sqlite;

import dev.sandbar.async.Budget;
import dev.sandbar.async.Permit;
import dev.sandbar.store.StoreException;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Reads on threads of its own, each with a connection. Thread-safe. */
final class Readers {

    private static final Logger log = LoggerFactory.getLogger(Readers.class);
    private static final long PATIENCE_SECONDS = 5;

    private final Queue<ReadConnection> idle = new ConcurrentLinkedQueue<>();
    private final Database database;
    private final Answers answers;
    private final Failures failures;
    private final Budget waiting;
    private final ScheduledThreadPoolExecutor threads;
    private final Scheduler scheduler;

    Readers(Database database, SqliteSettings settings, Answers answers, Failures failures) {
        this.database = database;
        this.answers = answers;
        this.failures = failures;
        this.waiting = new Budget("reads", settings.waitingReads());
        this.threads = new ScheduledThreadPoolExecutor(settings.readers(), Readers::thread);
        this.threads.setRemoveOnCancelPolicy(true);
        this.scheduler = Schedulers.fromExecutorService(threads, "store-reader");
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "store-reader");
        thread.setDaemon(true);
        return thread;
    }

    /** Lazy. A read that runs is not disturbed by a cancel, one that waits is given up. */
    <T> Mono<T> read(Query<T> query) {
        return Mono.defer(() -> {
            Permit permit = waiting.take(1);
            return permit == null ? Mono.error(busy()) : read(query, permit);
        });
    }

    private <T> Mono<T> read(Query<T> query, Permit permit) {
        return Mono.fromCallable(() -> run(query))
                .subscribeOn(scheduler)
                .doFinally(end -> permit.close())
                .publishOn(answers.scheduler())
                .onErrorMap(RejectedExecutionException.class, closed -> CommitQueue.closed());
    }

    /** Page after page, as they are requested: one is read ahead. Lazy. */
    <T> Flux<T> pages(Pages<T> pages) {
        return read(pages::next).repeat(pages::more).concatMapIterable(page -> page, 1);
    }

    private <T> @Nullable T run(Query<T> query) {
        ReadConnection connection = null;
        try {
            connection = idle.poll();
            if (connection == null) connection = new ReadConnection(database.forReading());
            T result = query.on(connection);
            idle.add(connection);
            return result;
        } catch (SQLException | RuntimeException | Error failed) {
            close(connection);
            throw failures.unchanged(failed);
        }
    }

    private StoreException busy() {
        return new StoreException.Busy(waiting.taken() + " reads wait already");
    }

    /** Ends what was begun, and refuses all else. Blocking. */
    void close() throws InterruptedException {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("Reads of the store took longer than {} s", PATIENCE_SECONDS);
            }
        } finally {
            for (ReadConnection left = idle.poll(); left != null; left = idle.poll()) {
                close(left);
            }
        }
    }

    private static void close(@Nullable ReadConnection connection) {
        try {
            if (connection != null) connection.close();
        } catch (SQLException ignored) {
            log.debug("A connection could not be closed", ignored);
        }
    }

    /** Runs on a reader's thread. */
    interface Query<T> {
        @Nullable T on(ReadConnection connection) throws SQLException;
    }
}
