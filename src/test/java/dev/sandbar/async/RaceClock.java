package dev.sandbar.async;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Virtual time that may be raced with the end of what waits for it. {@link VirtualTimeScheduler} alone looks at its next
 * task and then removes the first one: when another thread has taken that one back in between, some other task is lost.
 * Here a task is taken back before or after time moves.
 */
final class RaceClock implements Scheduler {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    synchronized void advance(Duration by) {
        time.advanceTimeBy(by);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return time.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Disposable waiting = time.schedule(task, delay, unit);
        return () -> takeBack(waiting);
    }

    @Override
    public Worker createWorker() {
        return time.createWorker();
    }

    @Override
    public long now(TimeUnit unit) {
        return time.now(unit);
    }

    @Override
    public void dispose() {
        time.dispose();
    }

    private synchronized void takeBack(Disposable waiting) {
        waiting.dispose();
    }
}
