package dev.sandbar.sandbox;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A change of the words about a sandbox; what it doesn't name stays.
 *
 * @param set words by their keys
 * @param removed keys that are to be there no more
 * @param condition what the words must be before the change; asked in the sandbox's turn, so it mustn't wait
 */
public record MetadataPatch(Map<String, String> set, Set<String> removed, Predicate<Map<String, String>> condition) {

    public MetadataPatch {
        set = Map.copyOf(set);
        removed = Set.copyOf(removed);
    }

    Map<String, String> apply(Map<String, String> words) {
        Map<String, String> changed = new HashMap<>(words);
        changed.keySet().removeAll(removed);
        changed.putAll(set);
        return changed;
    }
}
