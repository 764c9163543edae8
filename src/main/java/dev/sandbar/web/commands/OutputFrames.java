package dev.sandbar.web.commands;

import dev.sandbar.command.CommandEvent;
import dev.sandbar.event.SseFrame;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Times;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes what a command does as server-sent events. */
final class OutputFrames {

    private final Json json;
    private final Clock clock;

    OutputFrames(Json json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    SseFrame of(CommandEvent event) {
        if (event instanceof CommandEvent.Output output) return output(output);
        if (event instanceof CommandEvent.Gap gap) return gap(gap);
        if (event instanceof CommandEvent.Ended ended) return end(ended);
        return SseFrame.OPEN;
    }

    /** By hand: base64 needs no escapes, and there may be much of it. */
    private static SseFrame output(CommandEvent.Output output) {
        String type = output.stream() == ProcessEvent.Stream.STDOUT ? "stdout" : "stderr";
        String head = "{\"type\":\"" + type + "\",\"seq\":" + output.seq() + ",\"time\":\"" + Times.text(output.time())
                + "\",\"version\":1,\"offset\":" + output.offset() + ",\"data\":\"";
        byte[] data = Base64.getEncoder().encode(output.bytes());
        byte[] before = head.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[before.length + data.length + 2];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(data, 0, all, before.length, data.length);
        all[all.length - 2] = '"';
        all[all.length - 1] = '}';
        return SseFrame.of(output.seq(), type, all);
    }

    private SseFrame gap(CommandEvent.Gap gap) {
        Map<String, Object> fields = fields(SseFrame.GAP, gap.seq(), clock.instant());
        fields.put("from", gap.from());
        fields.put("to", gap.to());
        if (gap.lost() >= 0) fields.put("lostBytes", gap.lost());
        return SseFrame.of(gap.seq(), SseFrame.GAP, json.bytes(fields));
    }

    private SseFrame end(CommandEvent.Ended ended) {
        Map<String, Object> fields = fields("end", ended.seq(), ended.time());
        Integer code = ended.exitCode();
        Integer signal = ended.signal();
        if (code != null) fields.put("exitCode", code);
        if (signal != null) fields.put("signal", SignalNames.of(signal));
        fields.put("cause", ended.cause().wireName());
        return SseFrame.of(ended.seq(), "end", json.bytes(fields));
    }

    private static Map<String, Object> fields(String type, long seq, Instant time) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", type);
        fields.put("seq", seq);
        fields.put("time", Times.text(time));
        fields.put("version", 1);
        return fields;
    }
}
