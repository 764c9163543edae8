package dev.sandbar.web.data;

import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.SandboxUser;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.web.reactive.function.server.ServerRequest;

/** What requests for files have in common. */
final class FileRequests {

    private static final String METADATA = "x-metadata-";

    /** The character that stands for what is no UTF-8, where a client has sent just that. */
    private static final String REPLACEMENT = "%EF%BF%BD";

    private static final int LONGEST_NAME = 246;
    private static final int MOST_METADATA = 4096;

    private FileRequests() {}

    static SandboxUser user(ServerRequest request, List<String> offered) {
        String named = request.queryParams().getFirst("username");
        return SandboxUser.named(named == null || named.isEmpty() ? SandboxUser.basic(request) : named, offered);
    }

    /** Refuses bytes that are no UTF-8: another file would be meant. */
    static @Nullable String path(ServerRequest request) {
        String path = request.queryParams().getFirst("path");
        if (path == null || path.isEmpty()) return null;
        String raw = String.valueOf(request.uri().getRawQuery());
        boolean meant = raw.toUpperCase(Locale.ROOT).contains(REPLACEMENT);
        if (PathRefusals.isLossy(path) && !meant) throw ApiException.invalid("The parameter \"path\" is not UTF-8");
        return path;
    }

    static String disposition(String name) {
        return ContentDisposition.inline()
                .filename(name, StandardCharsets.UTF_8)
                .build()
                .toString();
    }

    /** The file's metadata, from the request's headers. */
    static Map<String, String> metadata(ServerRequest request) {
        Map<String, String> metadata = new HashMap<>();
        request.headers().asHttpHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(METADATA) && lower.length() > METADATA.length()) {
                metadata.put(lower.substring(METADATA.length()), values.get(0));
            }
        });
        metadata.forEach(FileRequests::check);
        int bytes = metadata.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        if (bytes > MOST_METADATA) throw ApiException.invalid("Metadata must have at most 4096 bytes in all");
        return metadata;
    }

    private static void check(String name, String value) {
        boolean printable = (name + value).chars().allMatch(c -> c >= ' ' && c <= '~');
        if (!printable) throw ApiException.invalid("The metadata \"" + name + "\" must be printable ASCII");
        if (name.length() > LONGEST_NAME) {
            throw ApiException.invalid("A name of metadata must have at most " + LONGEST_NAME + " bytes");
        }
    }
}
