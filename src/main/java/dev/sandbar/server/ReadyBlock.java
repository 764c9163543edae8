package dev.sandbar.server;

import dev.sandbar.data.DataDirectory;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxRuntime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Prints, once it is ready, all that a person needs for the first sandbox. */
final class ReadyBlock implements ApplicationListener<ApplicationReadyEvent> {

    private final SandboxRuntime runtime;
    private final DataDirectory data;
    private final Environment environment;

    ReadyBlock(SandboxRuntime runtime, DataDirectory data, Environment environment) {
        this.runtime = runtime;
        this.data = data;
        this.environment = environment;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (event.getApplicationContext() instanceof ReactiveWebServerApplicationContext web
                && web.getWebServer() != null) {
            System.out.println(text(url(web.getWebServer().getPort()), sinceStart()));
        }
    }

    private String text(String url, Duration start) {
        RuntimeCapabilities capabilities = runtime.capabilities();
        return """

            Sandbar is ready in %s s on %s

              isolation   %s
            %s
              export E2B_API_KEY=%s
              export E2B_API_URL=%s
              export E2B_SANDBOX_URL=%s
            """.formatted(
                        String.format(Locale.ROOT, "%.1f", start.toMillis() / 1000.0),
                        url,
                        active(capabilities),
                        missing(capabilities),
                        key(),
                        url,
                        url);
    }

    private static String active(RuntimeCapabilities capabilities) {
        return capabilities.isolation().entrySet().stream()
                .filter(layer -> layer.getValue().active())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
    }

    private static String missing(RuntimeCapabilities capabilities) {
        String fixable = absent(capabilities, true)
                .map(layer -> missing(layer.getKey(), layer.getValue()))
                .collect(Collectors.joining());
        String others = absent(capabilities, false).map(Map.Entry::getKey).collect(Collectors.joining(", "));
        return others.isEmpty() ? fixable : fixable + "  not offered " + others + " (GET /capabilities says why)\n";
    }

    private static Stream<Map.Entry<String, Layer>> absent(RuntimeCapabilities capabilities, boolean fixable) {
        return capabilities.isolation().entrySet().stream()
                .filter(layer -> !layer.getValue().active() && (layer.getValue().fix() != null) == fixable);
    }

    private static String missing(String name, Layer layer) {
        String fix = layer.fix() == null ? "" : "\n              fix: " + layer.fix();
        return "  missing     " + name + ": " + layer.reason() + fix + "\n";
    }

    /** What a shell on this machine turns into the key; the key itself is printed nowhere. */
    private String key() {
        return environment.getProperty("sandbar.api-key", "").isBlank()
                ? "$(cat '" + data.apiKeyFile() + "')"
                : "\"$SANDBAR_API_KEY\"";
    }

    private String url(int port) {
        String bind = environment.getProperty("server.address", "127.0.0.1");
        String host = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static Duration sinceStart() {
        return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    }
}
