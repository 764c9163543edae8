package dev.sandbar.command;

import dev.sandbar.async.Texts;
import dev.sandbar.runtime.FileOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Records as JSON. Arguments beyond a bound are left out: a record is a small thing. */
final class CommandCodec {

    /** Characters of all arguments together. */
    private static final int ARGUMENTS_MAX = 32 * 1024;

    private final JsonMapper mapper = JsonMapper.builder().build();

    byte[] encode(CommandRecord record) {
        ObjectNode json = mapper.createObjectNode();
        json.put("version", 1).put("sandbox", record.sandboxId()).put("id", record.id());
        request(record.request(), json.putObject("request"));
        json.put("createdAt", record.createdAt().toEpochMilli());
        json.put("pid", record.pid()).put("startedAt", millis(record.startedAt()));
        if (record.state().ended()) end(record, json.putObject("end"));
        return mapper.writeValueAsBytes(json);
    }

    private static void request(CommandRequest request, ObjectNode json) {
        json.put("cmd", request.cmd()).put("cwd", request.cwd());
        bounded(request.args()).forEach(json.putArray("args")::add);
        json.put("uid", request.user().uid()).put("gid", request.user().gid());
        json.put("stdin", request.stdin()).put("timeout", request.timeout().toMillis());
        json.put("tag", request.tag())
                .put("onDisconnect", request.onDisconnect().name());
    }

    /** As many as fit; the last one may be cut. */
    static List<String> bounded(List<String> args) {
        List<String> kept = new ArrayList<>(args.size());
        int left = ARGUMENTS_MAX;
        for (String arg : args) {
            if (left <= 0) break;
            kept.add(arg.length() <= left ? arg : Texts.begin(arg, left));
            left -= arg.length() + 1;
        }
        return kept;
    }

    private static void end(CommandRecord record, ObjectNode json) {
        CommandState state = record.state();
        json.put("state", state.wireName()).put("cause", state.cause().name()).put("at", millis(record.endedAt()));
        if (state instanceof CommandState.Exited exited) json.put("code", exited.code());
        if (state instanceof CommandState.Signalled signalled) json.put("signal", signalled.signal());
        if (state instanceof CommandState.Failed failed) json.put("reason", failed.reason());
        json.put("entries", record.entries()).put("bytes", record.tail().end());
        json.put("stdout", record.tail().stdout()).put("stderr", record.tail().stderr());
    }

    private static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : at.toEpochMilli();
    }

    CommandRecord decode(byte[] content) {
        JsonNode json = mapper.readTree(content);
        String id = json.path("id").asString();
        JsonNode end = json.path("end");
        return new CommandRecord(
                json.path("sandbox").asString(),
                id,
                request(id, json.path("request")),
                Instant.ofEpochMilli(json.path("createdAt").asLong()),
                end.isMissingNode() ? new CommandState.Starting() : state(end),
                json.path("pid").asLong(),
                instant(json.path("startedAt")),
                instant(end.path("at")),
                end.path("entries").asLong(0),
                new OutputCodec.Tail(
                        end.path("bytes").asLong(0),
                        end.path("stdout").asLong(0),
                        end.path("stderr").asLong(0)));
    }

    private static CommandRequest request(String id, JsonNode json) {
        List<String> args = new ArrayList<>();
        json.path("args").forEach(arg -> args.add(arg.asString()));
        return new CommandRequest(
                json.path("cmd").asString(),
                args,
                Map.of(),
                json.path("cwd").asString(),
                new FileOwner(json.path("uid").asInt(), json.path("gid").asInt()),
                json.path("stdin").asBoolean(),
                Duration.ofMillis(json.path("timeout").asLong()),
                json.path("tag").isString() ? json.path("tag").asString() : null,
                id,
                OnDisconnect.valueOf(json.path("onDisconnect").asString()));
    }

    private static CommandState state(JsonNode end) {
        Cause cause = Cause.valueOf(end.path("cause").asString());
        if (end.has("code")) return new CommandState.Exited(end.path("code").asInt(), cause);
        if (end.has("signal"))
            return new CommandState.Signalled(end.path("signal").asInt(), cause);
        return end.has("reason")
                ? new CommandState.Failed(end.path("reason").asString())
                : new CommandState.Gone(cause);
    }

    private static @Nullable Instant instant(JsonNode millis) {
        return millis.isNumber() ? Instant.ofEpochMilli(millis.asLong()) : null;
    }
}
