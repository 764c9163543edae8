package dev.sandbar.runtime.local;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox's life in this service: launched at most once, destroyed at any time, also before or during its launch,
 * which is then broken off. Whoever destroys it waits until the launch has let go.
 */
final class LocalSandbox {

    /** Blocking work on one sandbox. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    private final String id;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Process launcher;
    private boolean ending;

    LocalSandbox(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Does the launch unless the end was asked for. */
    void launch(Work work) throws IOException {
        turn.lock();
        try {
            if (ending()) throw new IOException("sandbox " + id + " was ended before it was started");
            work.run();
        } finally {
            launching(null);
            turn.unlock();
        }
    }

    /** Breaks off the launch, waits for it, and destroys what is there. */
    void destroy(Work work) throws IOException {
        end();
        turn.lock();
        try {
            work.run();
        } finally {
            turn.unlock();
        }
    }

    /** The launcher runs, or no longer; it ends what it started when it is told to end. */
    synchronized void launching(@Nullable Process process) {
        launcher = process;
        if (ending && process != null) process.destroy();
    }

    private synchronized boolean ending() {
        return ending;
    }

    private synchronized void end() {
        ending = true;
        if (launcher != null) launcher.destroy();
    }
}
