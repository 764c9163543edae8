package dev.sandbar.web.control;

import dev.sandbar.runtime.RuntimeCapabilities;
import java.util.List;
import java.util.Map;

/** What this service offers, as answered by {@code GET /capabilities}. */
record CapabilitiesView(String version, String envdVersion, List<RuntimeView> runtimes) {

    record RuntimeView(
            String name,
            List<String> templates,
            List<String> users,
            String network,
            Map<String, RuntimeCapabilities.Layer> isolation,
            List<String> features,
            List<Object> hardware) {}

    static CapabilitiesView of(String version, RuntimeCapabilities runtime) {
        RuntimeView view = new RuntimeView(
                runtime.name(),
                runtime.templates(),
                runtime.users(),
                "loopback",
                runtime.isolation(),
                runtime.features(),
                List.of());
        return new CapabilitiesView(version, SandboxView.ENVD_VERSION, List.of(view));
    }
}
