package dev.sandbar.crash;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All that was acknowledged and has not been settled, and every loss. */
final class Ledger {

    final Map<String, SandboxClaim> sandboxes = new ConcurrentHashMap<>();
    final AtomicInteger created = new AtomicInteger();
    final AtomicInteger commands = new AtomicInteger();
    final AtomicInteger files = new AtomicInteger();
    final AtomicInteger renewals = new AtomicInteger();
    final AtomicInteger kills = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    private final Queue<String> losses = new ConcurrentLinkedQueue<>();
    private volatile int round;

    void round(int number) {
        round = number;
    }

    void loss(String what) {
        losses.add(what);
        System.out.println("LOSS in round " + round + ": " + what);
    }

    int losses() {
        return losses.size();
    }

    @Nullable SandboxClaim any(Random random) {
        List<SandboxClaim> all = List.copyOf(sandboxes.values());
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }
}
