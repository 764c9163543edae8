package dev.sandbar.server;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** How full the heap is where objects stay. */
final class HeapUse {

    private static final double FULL = 0.98;

    private final @Nullable MemoryPoolMXBean pool;

    HeapUse() {
        pool = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(one -> one.getType() == MemoryType.HEAP && one.getCollectionUsage() != null)
                .max(Comparator.comparing(one -> one.getUsage().getMax()))
                .orElse(null);
    }

    /** Whether a collection leaves hardly anything free. Where the last one did, another one is made: it may be long ago. */
    boolean isFull() {
        if (!wasFull()) return false;
        ManagementFactory.getMemoryMXBean().gc();
        return wasFull();
    }

    private boolean wasFull() {
        MemoryUsage left = pool == null ? null : pool.getCollectionUsage();
        return left != null && left.getMax() > 0 && left.getUsed() > left.getMax() * FULL;
    }
}
