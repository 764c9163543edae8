package dev.sandbar.async;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Time that doesn't pass. */
final class Standing implements Scheduler {

    private volatile Disposable last = Disposables.disposed();

    /** Whether what was to come last was given up. */
    boolean lastWasGivenUp() {
        return last.isDisposed();
    }

    @Override
    public Disposable schedule(Runnable task) {
        throw new AssertionError("nothing is begun on the timer");
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Disposable.Swap timer = Disposables.swap();
        last = timer;
        return timer;
    }

    @Override
    public Worker createWorker() {
        throw new AssertionError("nothing is begun on the timer");
    }
}
