package dev.sandbar.web.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.session.Hardware;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.web.http.Money;
import java.math.BigDecimal;
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
            List<HardwareView> hardware) {}

    /** A size that sessions can ask for; its numbers are ceilings. */
    record HardwareView(
            String name,
            int cpuCount,
            int memoryMB,
            int diskSizeMB,
            int gpus,
            BigDecimal usdPerHour,
            @JsonProperty("default") boolean standard) {

        static HardwareView of(Hardware size, boolean standard) {
            SandboxSpec.Limits limits = size.limits();
            return new HardwareView(
                    size.name(),
                    limits.cpus(),
                    limits.memoryMiB(),
                    limits.diskMiB(),
                    size.gpus(),
                    Money.usd(size.microsPerHour()),
                    standard);
        }
    }

    static CapabilitiesView of(String version, RuntimeCapabilities runtime, HardwareCatalogue hardware) {
        RuntimeView view = new RuntimeView(
                runtime.name(),
                runtime.templates(),
                runtime.users(),
                RuntimeCapabilities.NETWORK,
                runtime.isolation(),
                runtime.features(),
                hardware.offered().stream()
                        .map(size -> HardwareView.of(size, size.equals(hardware.standard())))
                        .toList());
        return new CapabilitiesView(version, SandboxView.ENVD_VERSION, List.of(view));
    }
}
