package dev.sandbar.store.sqlite;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The threads on which answers go out. They do no I/O and mayn't be blocked. Thread-safe. */
final class Answers {

    private static final Logger log = LoggerFactory.getLogger(Answers.class);
    private static final long PATIENCE_SECONDS = 5;

    private final AtomicInteger number = new AtomicInteger();
    private final ScheduledThreadPoolExecutor threads;
    private final Scheduler scheduler;

    Answers() {
        int count = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        threads = new ScheduledThreadPoolExecutor(count, work -> new AnswerThread(work, number.incrementAndGet()));
        threads.setRemoveOnCancelPolicy(true);
        scheduler = Schedulers.fromExecutorService(threads, "store-answer");
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Answers all of them, in their order; on the caller's thread when closed. */
    void give(List<Waiting> group) {
        try {
            threads.execute(() -> group.forEach(Answers::give));
        } catch (RejectedExecutionException closed) {
            group.forEach(Answers::give);
        }
    }

    private static void give(Waiting commit) {
        try {
            commit.answer();
        } catch (RuntimeException thrown) {
            log.warn("An answer was not taken", thrown);
        }
    }

    /** Gives what was to be given, and no more. */
    void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            log.warn("Answers of the store weren't taken within {} s", PATIENCE_SECONDS);
        }
    }

    private static final class AnswerThread extends Thread implements NonBlocking {
        AnswerThread(Runnable work, int number) {
            super(work, "store-answer-" + number);
            setDaemon(true);
        }
    }
}
