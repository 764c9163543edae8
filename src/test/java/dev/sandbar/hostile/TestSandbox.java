package dev.sandbar.hostile;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A real sandbox, and what tests do in it. */
final class TestSandbox {

    /** How a command ended. */
    record Result(String stdout, String stderr, boolean signalled, int code) {

        boolean succeeded() {
            return !signalled && code == 0;
        }
    }

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME", "/home/user");

    private final String id;
    private final Agent agent;
    private final TestRuntime runtime;
    private final Duration limit;

    TestSandbox(String id, Agent agent, TestRuntime runtime) {
        this(id, agent, runtime, TestRuntime.LIMIT);
    }

    private TestSandbox(String id, Agent agent, TestRuntime runtime, Duration limit) {
        this.id = id;
        this.agent = agent;
        this.runtime = runtime;
        this.limit = limit;
    }

    /** The same sandbox, whose commands must end within this time. */
    TestSandbox within(Duration shorter) {
        return new TestSandbox(id, agent, runtime, shorter);
    }

    String id() {
        return id;
    }

    Agent agent() {
        return agent;
    }

    /** Runs a shell script as the ordinary user and waits for its end. */
    Result user(String script) {
        return run(FileOwner.USER, script);
    }

    /** Runs a shell script as the sandbox's root and waits for its end. */
    Result root(String script) {
        return run(FileOwner.ROOT, script);
    }

    Result run(FileOwner user, String script) {
        Collector collector = new Collector();
        follow(user, script, collector).then().block(limit);
        return collector.result();
    }

    /** Starts a shell script and returns when it runs. */
    void start(FileOwner user, String script) {
        follow(user, script, new Collector()).blockFirst(limit);
    }

    /** A program for the sandbox's users, compiled into one file that needs nothing else. */
    void install(String path, byte[] program) {
        agent.write(new FileWrite(path, FileOwner.USER, 0755, Map.of()), Mono.just(program))
                .block(limit);
    }

    /** The agent's process id inside. */
    long agentPid() {
        return Long.parseLong(
                root("grep -lx agent /proc/[0-9]*/comm | cut -d/ -f3").stdout().strip());
    }

    /** The agent's process on the host. */
    ProcessHandle agentProcess() {
        return runtime.processes(id).stream()
                .filter(process -> Host.proc(process.pid(), "cmdline").startsWith("/run/agent\0serve\0"))
                .findFirst()
                .orElseThrow();
    }

    void destroy() {
        runtime.runtime().destroy(id).block(limit);
        runtime.assertNothingIsLeftOf(id);
    }

    private Flux<ProcessEvent> follow(FileOwner user, String script, Collector collector) {
        List<String> command = List.of("/bin/sh", "-c", script);
        ProcessSpec spec = new ProcessSpec(
                "t" + UUID.randomUUID(), command, ENVIRONMENT, "/home/user", user, false, Duration.ZERO);
        return agent.start(spec, collector.taken.asFlux()).doOnNext(collector::take);
    }

    /** Keeps the output and acknowledges it. */
    private static final class Collector {
        private final Sinks.Many<Long> taken = Sinks.many().multicast().directBestEffort();
        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        private volatile ProcessEvent.Exited exited = new ProcessEvent.Exited(false, -1, false);

        void take(ProcessEvent event) {
            if (event instanceof ProcessEvent.Output output) {
                (output.stream() == ProcessEvent.Stream.STDOUT ? stdout : stderr).writeBytes(output.bytes());
                taken.tryEmitNext(output.offset() + output.bytes().length);
            } else if (event instanceof ProcessEvent.Exited end) {
                exited = end;
                taken.tryEmitComplete();
            }
        }

        Result result() {
            return new Result(
                    stdout.toString(StandardCharsets.UTF_8),
                    stderr.toString(StandardCharsets.UTF_8),
                    exited.signalled(),
                    exited.code());
        }
    }
}
