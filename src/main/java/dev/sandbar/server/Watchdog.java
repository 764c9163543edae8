package dev.sandbar.server;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the process when it can't do its work any more: when an event loop has died or stands still, or the heap stays full.
 * Half-alive it would hold its port and answer nothing. Sandboxes go on meanwhile; the next start takes them up.
 *
 * <p>Looks once a second, on a thread of its own. It counts looks, not time, so that a process that was stopped for a while is
 * not taken for one that stands still.
 */
final class Watchdog implements SmartLifecycle {

    /** So many looks without a sign of life are too many. */
    static final int PATIENCE = 60;

    /** So many looks at a full heap are too many. */
    static final int FULL = 10;

    private static final long EVERY_MILLIS = 1000;

    private final List<Pulse> pulses = new ArrayList<>();
    private final BooleanSupplier heapFull;
    private final Consumer<String> end;
    private int full;
    private @Nullable ScheduledExecutorService thread;

    /** @param end told what is wrong, and ends the process */
    Watchdog(Iterable<EventExecutor> loops, BooleanSupplier heapFull, Consumer<String> end) {
        loops.forEach(loop -> pulses.add(new Pulse(loop)));
        this.heapFull = heapFull;
        this.end = end;
    }

    /** Whether one event loop still runs what it is given. */
    private static final class Pulse {

        private final EventExecutor loop;
        private volatile boolean awaited;
        private int missed;

        Pulse(EventExecutor loop) {
            this.loop = loop;
        }

        /** What is wrong with it, or null. */
        @Nullable String look() {
            if (awaited) return ++missed < PATIENCE ? null : "an event loop stands still";
            missed = 0;
            awaited = true;
            try {
                loop.execute(() -> awaited = false);
            } catch (RejectedExecutionException dead) {
                return "an event loop has died";
            }
            return null;
        }
    }

    /** Errors of its own are those of a process without memory. */
    private void lookOrEnd() {
        try {
            look();
        } catch (RuntimeException | Error failed) {
            end.accept("it can't be watched any more");
        }
    }

    void look() {
        for (Pulse pulse : pulses) {
            String wrong = pulse.look();
            if (wrong != null) end.accept(wrong);
        }
        full = heapFull.getAsBoolean() ? full + 1 : 0;
        if (full >= FULL) end.accept("its heap is full: give it more (-Xmx)");
    }

    @Override
    public synchronized void start() {
        // No daemon: a process of daemons would end without its event loops as if all were well.
        ScheduledExecutorService own =
                Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "sandbar-watchdog"));
        var unused = own.scheduleWithFixedDelay(this::lookOrEnd, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        thread = own;
    }

    /** Before the event loops are ended on purpose. */
    @Override
    public synchronized void stop() {
        if (thread != null) thread.shutdownNow();
        thread = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }
}
