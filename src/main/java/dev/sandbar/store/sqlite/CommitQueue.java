package dev.sandbar.store.sqlite;

import dev.sandbar.store.StoreException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

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

    /** Adds what waits to a group, in its order, as long as the group has less than so many commits and bytes. */
    synchronized void moveTo(List<Waiting> group, int commits, long bytes) {
        long moved = 0;
        while (group.size() < commits && moved < bytes && !queue.isEmpty()) {
            Waiting next = queue.remove();
            moved += next.bytes();
            group.add(next);
        }
        this.bytes -= moved;
    }

    /** As {@link #moveTo}; where there is nothing, nobody serves the queue any more. */
    synchronized void moveToOrLeave(List<Waiting> group, int commits, long bytes) {
        moveTo(group, commits, bytes);
        served = !group.isEmpty();
    }

    /** Takes no more; what waits is still to be served. */
    synchronized void close() {
        closed = true;
    }

    static StoreException closed() {
        return new StoreException.Unavailable("the store is closed", null);
    }
}
