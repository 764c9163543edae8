package dev.sandbar.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which sandboxes a list shall hold.
 *
 * @param metadata pairs that all of them have
 * @param template null for any
 * @param pageSize how many are asked for at a time, 1 to 100
 */
public record SandboxFilter(
        Map<String, String> metadata, @Nullable String template, int pageSize) {

    /** All of one's own. */
    public static final SandboxFilter ALL = new SandboxFilter(Map.of(), null, 100);

    public SandboxFilter {
        if (pageSize < 1 || pageSize > 100) throw new IllegalArgumentException("pageSize must be from 1 to 100");
        metadata = Map.copyOf(metadata);
    }

    public SandboxFilter withMetadata(String key, String value) {
        Map<String, String> all = new LinkedHashMap<>(metadata);
        all.put(key, value);
        return new SandboxFilter(all, template, pageSize);
    }

    public SandboxFilter withTemplate(String name) {
        return new SandboxFilter(metadata, name, pageSize);
    }

    public SandboxFilter withPageSize(int size) {
        return new SandboxFilter(metadata, template, size);
    }

    /** As E2B's SDKs write it: the pairs are encoded, and then once more as a form, besides the query's own encoding. */
    Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("limit", Integer.toString(pageSize));
        if (template != null) query.put("template", template);
        if (!metadata.isEmpty()) query.put("metadata", pairs());
        return query;
    }

    private String pairs() {
        return metadata.entrySet().stream()
                .map(pair -> twice(pair.getKey()) + "=" + twice(pair.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String twice(String text) {
        return encoded(encoded(text).replace("+", "%20"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
