package dev.sandbar.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kind of sandbox is wanted. Immutable; each {@code with…} gives a changed copy.
 *
 * <pre>{@code
 * CreateSandbox.of("base").withTimeout(Duration.ofMinutes(30)).withMetadata("purpose", "tests")
 * }</pre>
 *
 * @param timeout after which it is ended, in whole seconds; null for the server's own
 * @param environment for all commands in it
 */
public record CreateSandbox(
        String template, @Nullable Duration timeout, Map<String, String> metadata, Map<String, String> environment) {

    public CreateSandbox {
        metadata = Map.copyOf(metadata);
        environment = Map.copyOf(environment);
    }

    public static CreateSandbox of(String template) {
        return new CreateSandbox(template, null, Map.of(), Map.of());
    }

    public CreateSandbox withTimeout(Duration time) {
        return new CreateSandbox(template, time, metadata, environment);
    }

    public CreateSandbox withMetadata(String key, String value) {
        return new CreateSandbox(template, timeout, with(metadata, key, value), environment);
    }

    public CreateSandbox withVariable(String name, String value) {
        return new CreateSandbox(template, timeout, metadata, with(environment, name, value));
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> all = new HashMap<>(map);
        all.put(key, value);
        return all;
    }

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("templateID", template);
        body.put("metadata", metadata);
        body.put("envVars", environment);
        if (timeout != null) body.put("timeout", Wire.seconds(timeout));
        return body;
    }

    /** Leaves the variables' values out: they may be secrets. */
    @Override
    public String toString() {
        return "CreateSandbox[" + template + ", timeout=" + timeout + "]";
    }
}
