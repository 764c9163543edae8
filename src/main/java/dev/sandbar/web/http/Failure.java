package dev.sandbar.web.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal as the client sees it.
 *
 * @param status HTTP status
 * @param message what was wrong and what to do
 * @param facts further fields of the body; {@code retryAfter} in seconds becomes a header too
 */
public record Failure(int status, String message, Map<String, Object> facts) {

    public static final String RETRY_AFTER = "retryAfter";

    public Failure {
        facts = Map.copyOf(facts);
    }

    public Failure(int status, String message) {
        this(status, message, Map.of());
    }

    /** The body in the plain shape. */
    public Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", status);
        body.put("message", message);
        body.putAll(facts);
        return body;
    }

    /** The same facts by RFC 9457. */
    public Map<String, Object> problem(String title) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", title);
        body.put("status", status);
        body.put("detail", message);
        body.putAll(body());
        return body;
    }
}
