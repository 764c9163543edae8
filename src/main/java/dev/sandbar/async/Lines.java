package dev.sandbar.async;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** For each key the turns that work or wait, in the order in which they came; the first is the one that may work. */
final class Lines<K> {

    private final Map<K, Set<Turn<K, ?>>> lines = new HashMap<>();

    /** Who is the first in the line then. */
    synchronized Turn<K, ?> enter(Turn<K, ?> turn) {
        Set<Turn<K, ?>> line = lines.computeIfAbsent(turn.key(), key -> new LinkedHashSet<>());
        line.add(turn);
        return line.iterator().next();
    }

    /** Who has come to be the first in the line by that; null when nobody has. */
    synchronized @Nullable Turn<K, ?> takeOut(Turn<K, ?> turn) {
        Set<Turn<K, ?>> line = Objects.requireNonNull(lines.get(turn.key()));
        boolean first = line.iterator().next() == turn;
        line.remove(turn);
        if (line.isEmpty()) lines.remove(turn.key());
        return first && !line.isEmpty() ? line.iterator().next() : null;
    }

    synchronized int size() {
        return lines.size();
    }
}
