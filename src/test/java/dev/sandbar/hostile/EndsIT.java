package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxRequest;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.store.Store;
import dev.sandbar.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** A sandbox whose agent no longer answers, for whatever reason, ends within seconds and without being told to. */
@Tag("alone")
@Requires(Needs.CGROUP_PIDS)
class EndsIT {

    private static final Duration SECONDS = Duration.ofSeconds(20);
    private static final SandboxSettings SETTINGS = new SandboxSettings(
            TestRuntime.LIMITS, 10, 10, Duration.ofHours(1), Duration.ofSeconds(30), SandboxSettings.Keep.DEFAULT);

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    @TempDir
    Path directory;

    private final BackgroundTasks tasks = new BackgroundTasks("sandboxes", 100, Schedulers.parallel());

    @AfterEach
    void close() {
        tasks.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "STOP"})
    void agentThatTheHostPutsOutOfActionEndsItsSandbox(String signal) {
        Sandboxes sandboxes = sandboxes(UnaryOperator.identity());
        String id = create(sandboxes);
        TestSandbox inside = new TestSandbox(id, sandboxes.agent(id), runtime);
        inside.user("setsid perl -e '$SIG{TERM} = q(IGNORE); sleep 1000' >/dev/null 2>&1 & sleep 0.2");
        ProcessHandle agent = inside.agentProcess();
        Host.run("kill", "-" + signal, Long.toString(agent.pid()));
        awaitEnd(sandboxes, id);
    }

    @Test
    void forgedAgentThatGreetsAndThenSaysNothingEndsItsSandbox() throws IOException {
        assertEndedBy(line -> {
            line.hello();
            line.receive();
            line.send(0x40, ByteBuffer.allocate(0)); // its deadline
            line.receive();
            line.send(0x40, ByteBuffer.allocate(0)); // and once more
            line.listen();
        });
    }

    @Test
    void forgedAgentThatFloodsEndsItsSandbox() throws IOException {
        assertEndedBy(line -> {
            line.hello();
            line.receive();
            line.send(0x40, ByteBuffer.allocate(0));
            line.receive();
            line.send(0x40, ByteBuffer.allocate(0));
            line.receive(); // a ping
            for (; ; ) line.send(0x40, ByteBuffer.allocate(0));
        });
    }

    private void assertEndedBy(ForgedAgent.Script control) throws IOException {
        try (ForgedAgent forged = new ForgedAgent(directory, control, control)) {
            Sandboxes sandboxes = sandboxes(agent -> agent.then(forgedAgent(forged)));
            awaitEnd(sandboxes, create(sandboxes));
        }
    }

    /** As the runtime does it. */
    private static Mono<Agent> forgedAgent(ForgedAgent forged) {
        return runtime.channel()
                .connect(forged.socket(), ForgedAgent.MARK)
                .flatMap(agent -> agent.deadline(Clock.systemUTC().instant()).thenReturn(agent));
    }

    private Sandboxes sandboxes(UnaryOperator<Mono<Agent>> agent) {
        SandboxRuntime wrapped = new WrappedRuntime(runtime.runtime(), agent);
        Clock clock = Clock.systemUTC();
        Store store = new MemoryStore();
        JsonMapper mapper = JsonMapper.builder().build();
        Events events = new Events(store, mapper, EventSettings.DEFAULT, clock, Schedulers.parallel());
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        Sandboxes sandboxes = new Sandboxes(wrapped, store, events, turns, tasks, clock, SETTINGS, List.of());
        sandboxes.recover().block(TestRuntime.LIMIT);
        return sandboxes;
    }

    private static String create(Sandboxes sandboxes) {
        SandboxRequest request = new SandboxRequest("owner", "base", Duration.ofMinutes(5), Map.of(), Map.of());
        Sandbox sandbox = Objects.requireNonNull(sandboxes.create(request).block(TestRuntime.LIMIT));
        assertThat(runtime.processes(sandbox.id())).isNotEmpty();
        return sandbox.id();
    }

    private static void awaitEnd(Sandboxes sandboxes, String id) {
        Awaitility.await().atMost(SECONDS).untilAsserted(() -> {
            assertThat(sandboxes.find(id)).isNull();
            runtime.assertNothingIsLeftOf(id);
        });
        runtime.assertNeighbourWorks();
    }
}
