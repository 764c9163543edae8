package dev.sandbar.web.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandbar.event.SseFrame;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.web.http.Json;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** What the service says. */
final class Messages {

    private static final String FIELDS = "sandbar/result";
    private static final byte[] HEAD = "event: message\ndata: ".getBytes(UTF_8);
    private static final byte[] END = {'\n', '\n'};

    private Messages() {}

    static Map<String, Object> result(JsonNode id, Object result) {
        Map<String, Object> message = of();
        message.put("id", id);
        message.put("result", result);
        return message;
    }

    /** @param id null where it can't be told of which request this is */
    static Map<String, Object> error(@Nullable JsonNode id, RpcException error) {
        Map<String, Object> message = of();
        message.put("id", id == null ? NullNode.getInstance() : id);
        message.put("error", Map.of("code", error.code(), "message", error.text()));
        return message;
    }

    /** @param progress above that of the one before */
    static Map<String, Object> progress(JsonNode token, long progress, String text) {
        Map<String, Object> message = of();
        message.put("method", "notifications/progress");
        message.put("params", Map.of("progressToken", token, "progress", progress, "message", text));
        return message;
    }

    private static Map<String, Object> of() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("jsonrpc", "2.0");
        return message;
    }

    /**
     * A tool's result: a text for an AI, which says everything, and fields for programs. The fields aren't {@code
     * structuredContent}, which clients show to their AI instead of the text.
     */
    static Map<String, Object> of(ToolResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("success", result.success());
        put(fields, "exitCode", result.exitCode());
        put(fields, "cause", result.cause());
        fields.put("truncated", result.truncated());
        put(fields, "outputFile", result.outputFile());
        return Map.of(
                "content",
                List.of(Map.of("type", "text", "text", result.shown())),
                "isError",
                !result.success(),
                "_meta",
                Map.of(FIELDS, fields));
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) fields.put(name, value);
    }

    /** Without an id: a stream that broke isn't resumed, its call has ended. */
    static SseFrame frame(Json json, Object message) {
        byte[] body = json.bytes(message);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEAD.length + body.length + END.length);
        bytes.writeBytes(HEAD);
        bytes.writeBytes(body);
        bytes.writeBytes(END);
        return new SseFrame(0, "message", bytes.toByteArray());
    }
}
