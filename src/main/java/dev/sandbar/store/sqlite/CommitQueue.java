package dev.sandbar.store.sqlite;

import dev.sandbar.store.StoreException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The commits that wait, bounded by number and bytes. Thread-safe; its lock is held for a few field writes only. */
final class CommitQueue {

    private final Queue<Waiting> queue = new ArrayDeque<>();
    private final int most;
    private final long mostBytes;
    private long bytes;
    private boolean served;
    private boolean closed;

    CommitQueue(SqliteSettings settings) {
        this.most = settings.waitingCommits();
        this.mostBytes = settings.waitingBytes();
    }

    /**
     * Adds one.
     *
     * @return whether nobody serves the queue: the caller has to see to it, and is the only one who is told
     * @throws StoreException when it is full or closed
     */
    synchronized boolean add(Waiting commit) {
        if (closed) throw closed();
        if (queue.size() >= most || commit.bytes() > mostBytes - bytes) {
            throw new StoreException.Busy(queue.size() + " commits wait already");
        }
        queue.add(commit);
        bytes += commit.bytes();
        boolean idle = !served;
        served = true;
        return idle;
    }

    synchronized @Nullable Waiting next() {
        Waiting next = queue.poll();
        if (next != null) bytes -= next.bytes();
        return next;
    }

    /** The next one; where there is none, nobody serves the queue any more. */
    synchronized @Nullable Waiting nextOrLeave() {
        Waiting next = next();
        served = next != null;
        return next;
    }

    synchronized boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Takes no more; what waits is still to be served. */
    synchronized void close() {
        closed = true;
    }

    static StoreException closed() {
        return new StoreException.Unavailable("the store is closed", null);
    }
}
