package dev.sandbar.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Commands by Sandbar's own routes. */
final class SandbarCommands implements CommandWire {

    private static final String ALL = "/sandboxes/{id}/commands";
    private static final String ONE = ALL + "/{cid}";

    private final Calls calls;
    private final String sandboxId;
    private final ProcessCalls processes;

    SandbarCommands(Calls calls, String sandboxId) {
        this.calls = calls;
        this.sandboxId = sandboxId;
        this.processes = new ProcessCalls(calls, sandboxId);
    }

    record View(
            @Nullable String commandID,
            @Nullable String cmd,
            @Nullable List<String> args,
            @Nullable Long pid,
            @Nullable String state,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable String cause,
            @Nullable String startedAt,
            @Nullable String endedAt,
            @Nullable Long stdoutBytes,
            @Nullable Long stderrBytes) {

        private static final String WHAT = "A command";

        CommandInfo toInfo() {
            return new CommandInfo(
                    Wire.required(commandID, "commandID", WHAT),
                    Wire.required(cmd, "cmd", WHAT),
                    args == null ? List.of() : args,
                    Wire.required(state, "state", WHAT),
                    pid,
                    cause == null ? null : new CommandOutput.End(0, exitCode, signal, cause),
                    Wire.time(startedAt, WHAT),
                    Wire.time(endedAt, WHAT),
                    stdoutBytes == null ? 0 : stdoutBytes,
                    stderrBytes == null ? 0 : stderrBytes);
        }
    }

    /** Data of an event. */
    record Event(
            @Nullable String data,
            @Nullable Long lostBytes,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable String cause) {

        private static final String WHAT = "An event of a command";

        static CommandOutput read(long seq, SseFrame frame) {
            Event event = Wire.read(Wire.utf8(frame.data()), Event.class, WHAT);
            return switch (frame.type()) {
                case "stdout" -> new CommandOutput.Stdout(seq, event.bytes());
                case "stderr" -> new CommandOutput.Stderr(seq, event.bytes());
                case "pty" -> new CommandOutput.Pty(seq, event.bytes());
                case "gap" -> new CommandOutput.Gap(seq, event.lostBytes == null ? -1 : event.lostBytes);
                case "end" ->
                    new CommandOutput.End(seq, event.exitCode, event.signal, Wire.required(event.cause, "cause", WHAT));
                default -> throw Wire.malformed(WHAT, "nobody knows the type of one");
            };
        }

        private byte[] bytes() {
            return Wire.base64(Wire.required(data, "data", WHAT), WHAT);
        }
    }

    @Override
    public Mono<Void> start(String id, CommandSpec spec) {
        return calls.json(sandboxId, startCall(id, spec), View.class).then();
    }

    @Override
    public Flux<CommandOutput> stream(String id, CommandSpec spec) {
        return following(id).begunBy(startCall(id, spec).header("Accept", "text/event-stream"));
    }

    /** Safe, since the same id is started once. */
    private Call startCall(String id, CommandSpec spec) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("commandID", id);
        body.put("cmd", spec.program());
        body.put("args", spec.arguments());
        body.put("envs", spec.environment());
        body.put("timeout", Wire.seconds(spec.timeout()));
        body.put("stdin", spec.input());
        body.put("onDisconnect", spec.cancelWithReader() ? "cancel" : "keep");
        if (spec.directory() != null) body.put("cwd", spec.directory());
        if (spec.user() != null) body.put("user", spec.user());
        return Call.post(ALL, sandboxId).json(body).repeatable();
    }

    @Override
    public Flux<CommandOutput> output(String id, long after) {
        return following(id).after(after);
    }

    private Following<CommandOutput> following(String id) {
        return new Following<>(
                calls,
                sandboxId,
                after -> Call.get(ONE + "/output?after={after}", sandboxId, id, after)
                        .header("Accept", "text/event-stream"),
                Event::read,
                CommandOutput.End.class::isInstance);
    }

    @Override
    public Mono<Void> send(String id, byte[] bytes) {
        return plain(Call.post(ONE + "/input", sandboxId, id).body(Body.of(bytes)));
    }

    @Override
    public Mono<Void> closeInput(String id) {
        return plain(Call.post(ONE + "/input?close=true", sandboxId, id).repeatable());
    }

    @Override
    public Mono<Void> signal(String id, CommandSignal signal) {
        return get(id).flatMap(command -> {
            Long pid = command.end() == null ? command.pid() : null;
            return pid == null ? Mono.error(ProcessCalls.ended()) : processes.signal(Map.of("pid", pid), signal);
        });
    }

    @Override
    public Mono<Void> kill(String id, Duration grace) {
        long seconds = Wire.seconds(grace);
        return plain(Call.delete(ONE + "?grace={grace}", sandboxId, id, seconds).longer(grace));
    }

    private Mono<Void> plain(Call call) {
        return calls.inside(sandboxId, call, Answer::nothing);
    }

    @Override
    public Mono<CommandInfo> get(String id) {
        return calls.json(sandboxId, Call.get(ONE, sandboxId, id), View.class).map(View::toInfo);
    }

    @Override
    public Flux<CommandInfo> list() {
        Answer.Reader<Pages.Page<CommandInfo>> page =
                Pages.reader(View[].class, View::toInfo, calls.settings().maxJson());
        return Pages.of(token -> calls.inside(sandboxId, Pages.behind(token, ALL, List.of(sandboxId), Map.of()), page));
    }
}
