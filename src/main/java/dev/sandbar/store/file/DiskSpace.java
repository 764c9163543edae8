package dev.sandbar.store.file;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes on disk that all journals share. What is there from an earlier run counts, also where it is more than may be. */
final class DiskSpace {

    private final AtomicLong used = new AtomicLong();
    private final long most;

    DiskSpace(long most) {
        this.most = most;
    }

    boolean tryTake(long bytes) {
        long now = used.get();
        while (bytes <= most - now) {
            if (used.compareAndSet(now, now + bytes)) return true;
            now = used.get();
        }
        return false;
    }

    /** Counts what is there already. */
    void found(long bytes) {
        used.addAndGet(bytes);
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
