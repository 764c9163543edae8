package dev.sandbar.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime offers on this host, as data.
 *
 * @param name the runtime's name, for example {@code local}
 * @param templates names of the templates that it can start
 * @param users users that commands can run as: {@code user}, and {@code root} where the host allows it
 * @param isolation each isolation layer by name, in the order in which people should read them
 * @param features other things that it can do, by name
 */
public record RuntimeCapabilities(
        String name, List<String> templates, List<String> users, Map<String, Layer> isolation, List<String> features) {

    /** What every sandbox has of a network: its own loopback, and nothing beyond it. */
    public static final String NETWORK = "loopback";

    /** The feature of runtimes whose sandboxes have a GPU. */
    public static final String GPU = "gpu";

    public RuntimeCapabilities {
        templates = List.copyOf(templates);
        users = List.copyOf(users);
        features = List.copyOf(features);
    }

    /** The same with another layer, in the place of the one of that name. */
    public RuntimeCapabilities with(String layer, Layer other) {
        Map<String, Layer> changed = new LinkedHashMap<>(isolation);
        changed.put(layer, other);
        return new RuntimeCapabilities(name, templates, users, changed, features);
    }

    /** Whether its sandboxes have a GPU. */
    public boolean gpu() {
        return features.contains(GPU);
    }

    /**
     * One isolation layer.
     *
     * @param active whether every sandbox has it
     * @param reason why it is missing or reduced, null when there is nothing to say
     * @param fix what an administrator can do about it, null when there is nothing to do
     */
    public record Layer(
            boolean active,
            @Nullable String reason,
            @Nullable String fix) {

        public static Layer on() {
            return new Layer(true, null, null);
        }

        public static Layer off(String reason, String fix) {
            return new Layer(false, reason, fix);
        }
    }
}
