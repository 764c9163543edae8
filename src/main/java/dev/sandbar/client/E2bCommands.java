package dev.sandbar.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Commands by E2B's {@code process.Process}: the id is the process's tag. What a stream that broke has missed can't be had
 * there, so it fails.
 */
final class E2bCommands implements CommandWire {

    private static final String SERVICE = "/process.Process/";
    private static final String STREAM = "application/connect+json";

    private final Calls calls;
    private final String sandboxId;
    private final ProcessCalls processes;

    E2bCommands(Calls calls, String sandboxId) {
        this.calls = calls;
        this.sandboxId = sandboxId;
        this.processes = new ProcessCalls(calls, sandboxId);
    }

    /** Leaves the stream as soon as the process has started: it goes on without a reader. */
    @Override
    public Mono<Void> start(String id, CommandSpec spec) {
        return Mono.defer(() -> calls.streamed(sandboxId, startCall(id, spec), reader()::events)
                .next()
                .then());
    }

    @Override
    public Flux<CommandOutput> stream(String id, CommandSpec spec) {
        return read(startCall(id, spec));
    }

    private Call startCall(String id, CommandSpec spec) {
        if (spec.cancelWithReader())
            throw new UnsupportedOperationException("E2B's commands don't end with their reader");
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("cmd", spec.program());
        process.put("args", spec.arguments());
        process.put("envs", spec.environment());
        if (spec.directory() != null) process.put("cwd", spec.directory());
        Map<String, Object> message = Map.of("process", process, "tag", id, "stdin", spec.input());
        Call call = streamCall("Start", message);
        if (!spec.timeout().isZero()) {
            call = call.header(
                    "Connect-Timeout-Ms", Long.toString(spec.timeout().toMillis()));
        }
        return spec.user() == null ? call : call.header("Authorization", basic(spec.user()));
    }

    private static String basic(String user) {
        byte[] pair = (user + ":").getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /** What was before isn't told, and how much it was isn't either. */
    @Override
    public Flux<CommandOutput> output(String id, long after) {
        CommandOutput before = new CommandOutput.Gap(0, -1);
        return Flux.just(before).concatWith(read(streamCall("Connect", Map.of("process", tag(id)))));
    }

    private Flux<CommandOutput> read(Call call) {
        return calls.streamed(sandboxId, call, reader()::output);
    }

    private ProcessStream reader() {
        return new ProcessStream(calls.settings().maxJson());
    }

    private Call streamCall(String method, Map<String, Object> message) {
        byte[] body = EnvelopeParser.wrap(Wire.write(message));
        return Call.post(SERVICE + method)
                .body(Body.of(STREAM, body))
                .header("Connect-Protocol-Version", "1")
                .header("Keepalive-Ping-Interval", Long.toString(keepAlive().toSeconds()))
                .inside(sandboxId);
    }

    /** Often enough for the idle time-out. */
    private Duration keepAlive() {
        Duration third = calls.settings().limits().idle().dividedBy(3);
        return third.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : third;
    }

    private static Map<String, Object> tag(String id) {
        return Map.of("tag", id);
    }

    @Override
    public Mono<Void> send(String id, byte[] bytes) {
        return processes.send(tag(id), bytes);
    }

    @Override
    public Mono<Void> closeInput(String id) {
        return processes.closeInput(tag(id));
    }

    @Override
    public Mono<Void> signal(String id, CommandSignal signal) {
        return processes.signal(tag(id), signal);
    }

    @Override
    public Mono<Void> kill(String id, Duration grace) {
        Mono<Void> end = gone(signal(id, CommandSignal.KILL));
        if (grace.isZero()) return end;
        Mono<CommandInfo> still = Mono.defer(() -> calls.later(grace)).then(get(id));
        return gone(signal(id, CommandSignal.TERM)).then(gone(still.then(end)));
    }

    /** What has ended already needs no signal. */
    private static Mono<Void> gone(Mono<Void> call) {
        return call.onErrorComplete(error -> error instanceof SandboxApiException refusal && refusal.status() == 404);
    }

    @Override
    public Mono<CommandInfo> get(String id) {
        return list().filter(command -> command.id().equals(id)).next().switchIfEmpty(Mono.error(ProcessCalls::ended));
    }

    @Override
    public Flux<CommandInfo> list() {
        return processes.list();
    }
}
