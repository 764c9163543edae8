package dev.sandbar.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is known of sandboxes, of a bounded number: those that weren't used for the longest time go first. Thread-safe. */
final class TokenSlots {

    private record Used(TokenSlot slot, long at) {}

    private final Map<String, TokenSlot> slots = new ConcurrentHashMap<>();
    private final AtomicBoolean trimming = new AtomicBoolean();
    private final int most;
    private final LongAdder evictions;

    TokenSlots(int most, LongAdder evictions) {
        this.most = most;
        this.evictions = evictions;
    }

    @Nullable TokenSlot find(String sandboxId) {
        return slots.get(sandboxId);
    }

    TokenSlot of(String sandboxId, long now) {
        TokenSlot found = slots.get(sandboxId);
        if (found != null) {
            found.touch(now);
            return found;
        }
        TokenSlot made = slots.computeIfAbsent(sandboxId, id -> new TokenSlot(id, now));
        if (slots.size() > most && trimming.compareAndSet(false, true)) {
            trim(now);
            trimming.set(false);
        }
        return made;
    }

    /** Takes some more out than are too many, so that it needn't be done for each that comes. */
    private void trim(long now) {
        List<Used> all = new ArrayList<>();
        slots.values().forEach(slot -> all.add(new Used(slot, now - slot.used())));
        all.sort(Comparator.comparingLong(Used::at).reversed());
        int tooMany = all.size() - most + most / 16;
        all.subList(0, Math.max(0, Math.min(tooMany, all.size() - 1))).forEach(used -> evict(used.slot));
    }

    /** Takes out what wasn't used for so long, and what has nothing to give any more. */
    void expire(long now, Duration idle, Duration empty) {
        slots.values().forEach(slot -> {
            long unused = now - slot.used();
            boolean holds = slot.usable(now) != null;
            if (unused >= (holds ? idle : empty).toNanos()) evict(slot);
        });
    }

    void evict(String sandboxId) {
        TokenSlot slot = slots.get(sandboxId);
        if (slot != null) evict(slot);
    }

    private void evict(TokenSlot slot) {
        if (takeOut(slot)) evictions.increment();
    }

    void clear() {
        slots.values().forEach(this::takeOut);
    }

    private boolean takeOut(TokenSlot slot) {
        if (!slots.remove(slot.sandboxId(), slot)) return false;
        slot.takeOut();
        return true;
    }

    int size() {
        return slots.size();
    }
}
