package dev.sandbar.sandbox;

import dev.sandbar.runtime.DiskUse.Share;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who makes a disk short: those that have grown during the last looks and have no less than their even part of what all have.
 * Where none of these grows, whoever has most, if that is much. Otherwise it is nobody here. For one thread at a time.
 */
final class DiskBlame {

    private static final int LOOKS = 5;

    private final Deque<Map<String, Share>> earlier = new ArrayDeque<>();

    /** A look at who has what. */
    void look(Map<String, Share> now) {
        if (earlier.size() == LOOKS) earlier.removeFirst();
        earlier.addLast(now);
    }

    void forget() {
        earlier.clear();
    }

    /** Owners of the last look's sandboxes. */
    Set<String> owners(DiskLevel level, Map<String, String> owners) {
        Map<String, Long> has = new HashMap<>();
        Map<String, Long> grew = new HashMap<>();
        last().forEach((id, share) -> {
            String owner = owners.get(id);
            if (owner == null) return;
            has.merge(owner, level.amount().applyAsLong(share), Long::sum);
            grew.merge(owner, growth(level, id, share), Long::sum);
        });
        return blamed(level, has, grew);
    }

    /** The one of the last look's sandboxes that is to go; none where nobody is to blame. */
    Optional<String> sandbox(DiskLevel level, Set<String> running) {
        Map<String, Long> has = new HashMap<>();
        Map<String, Long> grew = new HashMap<>();
        last().forEach((id, share) -> {
            if (!running.contains(id)) return;
            has.put(id, level.amount().applyAsLong(share));
            grew.put(id, growth(level, id, share));
        });
        Set<String> blamed = blamed(level, has, grew);
        return blamed.stream().max(Comparator.comparing((String id) -> grew.getOrDefault(id, 0L)));
    }

    private static Set<String> blamed(DiskLevel level, Map<String, Long> has, Map<String, Long> grew) {
        long all = has.values().stream().mapToLong(Long::longValue).sum();
        long even = has.isEmpty() ? 0 : all / has.size();
        Set<String> blamed = new HashSet<>();
        has.forEach((name, amount) -> {
            if (amount >= even && grew.getOrDefault(name, 0L) > level.noise()) blamed.add(name);
        });
        if (blamed.isEmpty()) {
            has.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .filter(most -> most.getValue() > level.much())
                    .ifPresent(most -> blamed.add(most.getKey()));
        }
        return blamed;
    }

    /** Since the oldest look that is kept; unknown, so none, at the first one. */
    private long growth(DiskLevel level, String id, Share now) {
        if (earlier.size() < 2) return 0;
        Share then = earlier.getFirst().get(id);
        return level.amount().applyAsLong(now)
                - (then == null ? 0 : level.amount().applyAsLong(then));
    }

    private Map<String, Share> last() {
        return earlier.isEmpty() ? Map.of() : earlier.getLast();
    }
}
