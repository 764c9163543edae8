package dev.sandbar.client;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The calls of {@code process.Process} that have one answer. Processes are named by {@code pid} or {@code tag}. */
final class ProcessCalls {

    private static final String SERVICE = "/process.Process/";

    private final Calls calls;
    private final String sandboxId;

    ProcessCalls(Calls calls, String sandboxId) {
        this.calls = calls;
        this.sandboxId = sandboxId;
    }

    record Listed(@Nullable List<Item> processes) {}

    record Item(
            @Nullable Config config,
            @Nullable Long pid,
            @Nullable String tag) {
        CommandInfo toInfo() {
            Config known = Wire.required(config, "config", "A list of processes");
            List<String> args = known.args == null ? List.of() : known.args;
            String program = known.cmd == null ? "" : known.cmd;
            return new CommandInfo(tag == null ? "" : tag, program, args, "running", pid, null, null, null, 0, 0);
        }
    }

    record Config(@Nullable String cmd, @Nullable List<String> args) {}

    static SandboxApiException ended() {
        return new SandboxApiException(404, "not_found", "The command has ended", null);
    }

    Mono<Void> send(Map<String, Object> process, byte[] bytes) {
        String encoded = Base64.getEncoder().encodeToString(bytes);
        return plain(call("SendInput", Map.of("process", process, "input", Map.of("stdin", encoded))));
    }

    Mono<Void> closeInput(Map<String, Object> process) {
        return plain(call("CloseStdin", Map.of("process", process)).repeatable());
    }

    Mono<Void> signal(Map<String, Object> process, CommandSignal signal) {
        return plain(call("SendSignal", Map.of("process", process, "signal", signal.wireName())));
    }

    Flux<CommandInfo> list() {
        return calls.json(sandboxId, call("List", Map.of()).repeatable(), Listed.class)
                .flatMapIterable(listed -> listed.processes == null ? List.<Item>of() : listed.processes)
                .map(Item::toInfo);
    }

    private Call call(String method, Map<String, Object> message) {
        return Call.post(SERVICE + method).json(message).inside(sandboxId);
    }

    private Mono<Void> plain(Call call) {
        return calls.inside(sandboxId, call, Answer::nothing);
    }
}
