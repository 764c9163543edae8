package dev.sandbar.async;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which mutexes were taken while which were held: finds works that would wait for each other for ever if they met, also
 * when they don't. Asked only where assertions are on, and what it finds there fails the whole test run.
 *
 * <p>Mutexes are told apart by their names and taken in an order without circles; keys of one mutex in ascending order.
 * <b>Threads:</b> thread-safe. <b>Bounds:</b> grows with the pairs of names, and with what it finds.
 */
final class LockOrder {

    static final LockOrder OF_ALL = new LockOrder();

    /** For each mutex what was taken while it was held, with an example. */
    private final Map<String, Map<String, String>> taken = new HashMap<>();

    private final List<String> problems = new ArrayList<>();

    /** Always true, for {@code assert}. */
    synchronized boolean note(String problem) {
        problems.add(problem);
        return true;
    }

    synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * Called before a turn is waited for.
     *
     * @return true
     * @throws IllegalStateException when a turn that its subscriber has must not be held meanwhile; this is also noted
     */
    synchronized boolean allows(Turn<?, ?> wanted) {
        for (Turn<?, ?> held = wanted.outer(); held != null; held = held.outer()) {
            String against = against(held, wanted);
            if (against != null) {
                String problem = wanted + " is taken while " + held + " is held, but " + against;
                note(problem);
                throw new IllegalStateException(problem);
            }
        }
        return true;
    }

    private @Nullable String against(Turn<?, ?> held, Turn<?, ?> wanted) {
        String name = wanted.mutexName();
        if (held.mutexName().equals(name)) {
            return ascends(held.key(), wanted.key()) ? null : "keys of one mutex are taken in ascending order";
        }
        String path = path(name, held.mutexName());
        if (path == null) after(held.mutexName()).putIfAbsent(name, wanted + " while " + held);
        return path;
    }

    /** How one is taken, directly or not, while another is held; null when it never was. */
    private @Nullable String path(String held, String name) {
        for (Map.Entry<String, String> edge : after(held).entrySet()) {
            if (edge.getKey().equals(name)) return edge.getValue();
            String further = path(edge.getKey(), name);
            if (further != null) return edge.getValue() + ", " + further;
        }
        return null;
    }

    private Map<String, String> after(String held) {
        return taken.computeIfAbsent(held, name -> new LinkedHashMap<>());
    }

    @SuppressWarnings("unchecked") // keys of one mutex are of one type
    private static boolean ascends(Object lower, Object higher) {
        return lower instanceof Comparable && ((Comparable<Object>) lower).compareTo(higher) < 0;
    }
}
