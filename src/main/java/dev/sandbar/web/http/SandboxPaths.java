package dev.sandbar.web.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Paths inside sandboxes, as text only. */
final class SandboxPaths {

    private static final int MOST_BYTES = 4096;

    private SandboxPaths() {}

    static String resolve(String home, String path) {
        if (path.indexOf('\0') >= 0) throw ApiException.invalid("A path must not hold NUL");
        String absolute = path.startsWith("/") ? path : home + "/" + withoutTilde(path);
        if (absolute.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw ApiException.invalid("A path must have at most " + MOST_BYTES + " bytes");
        }
        return clean(absolute);
    }

    private static String withoutTilde(String path) {
        if (path.equals("~")) return "";
        return path.startsWith("~/") ? path.substring(2) : path;
    }

    private static String clean(String absolute) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : absolute.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
