package dev.sandbar.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Many who begin at the same moment. */
final class AtOnce {

    private AtOnce() {}

    /** Measures from the moment at which all are let go until the last one is done. Needs a thread for each. */
    static <T> List<T> run(ExecutorService threads, List<Callable<T>> work, Samples times) throws Exception {
        CountDownLatch waiting = new CountDownLatch(work.size());
        CountDownLatch go = new CountDownLatch(1);
        List<Future<T>> running = new ArrayList<>();
        for (Callable<T> one : work) {
            running.add(threads.submit(() -> {
                waiting.countDown();
                go.await();
                return one.call();
            }));
        }
        waiting.await();
        long start = System.nanoTime();
        go.countDown();
        List<T> results = new ArrayList<>();
        for (Future<T> one : running) {
            results.add(one.get());
        }
        times.addMillisSince(start);
        return results;
    }
}
