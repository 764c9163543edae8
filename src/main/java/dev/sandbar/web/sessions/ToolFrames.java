package dev.sandbar.web.sessions;

import dev.sandbar.event.SseFrame;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.web.http.Failures;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Times;
import dev.sandbar.web.idempotency.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one call of a tool as server-sent events, numbered from 1. Not for several threads at once. */
final class ToolFrames {

    static final String END = "tool.end";

    private final Json json;
    private final Clock clock;
    private final String tool;
    private long seq;

    ToolFrames(Json json, Clock clock, String tool) {
        this.json = json;
        this.clock = clock;
        this.tool = tool;
    }

    SseFrame of(ToolEvent event) {
        if (event instanceof ToolEvent.Output output) return text("tool.output", "text", output.text());
        if (event instanceof ToolEvent.Progress wait) return text("tool.progress", "message", wait.message());
        return end(((ToolEvent.End) event).result());
    }

    private SseFrame text(String type, String name, String value) {
        Map<String, Object> fields = fields(type);
        fields.put(name, value);
        return frame(type, fields);
    }

    private SseFrame end(ToolResult result) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(fields(END));
        fields.put("success", result.success());
        fields.put("output", result.output());
        put(fields, "error", result.error());
        put(fields, "exitCode", result.exitCode());
        put(fields, "cause", result.cause());
        if (result.truncated()) fields.put("truncated", true);
        put(fields, "outputFile", result.outputFile());
        return frame(END, fields);
    }

    /** Events that were not taken in time. The whole output is in the end, as far as it is shown at all. */
    SseFrame gap(long events) {
        Map<String, Object> fields = fields(SseFrame.GAP);
        fields.put("lostEvents", events);
        return frame(SseFrame.GAP, fields);
    }

    /** The end of a call whose answer was kept. */
    SseFrame kept(Answer answer) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(fields(END));
        Map<?, ?> result = json.parse(answer.body().getBytes(StandardCharsets.UTF_8), Map.class);
        result.forEach((name, value) -> fields.put(String.valueOf(name), value));
        return frame(END, fields);
    }

    /** How a call ends that failed after its stream had begun. */
    SseFrame failed(Throwable error) {
        Map<String, Object> fields = fields(END);
        fields.put("success", false);
        fields.put("output", "");
        fields.put("error", Failures.of(error).message());
        fields.put("cause", "failed");
        return frame(END, fields);
    }

    private static void put(Map<String, @Nullable Object> fields, String name, @Nullable Object value) {
        if (value != null) fields.put(name, value);
    }

    private Map<String, Object> fields(String type) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", type);
        fields.put("seq", ++seq);
        fields.put("time", Times.text(clock.instant()));
        fields.put("version", 1);
        fields.put("tool", tool);
        return fields;
    }

    private SseFrame frame(String type, Map<String, ?> fields) {
        return SseFrame.of(seq, type, json.bytes(fields));
    }
}
