package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.channel.AgentChannel;
import dev.sandbar.runtime.channel.ChannelSettings;
import dev.sandbar.runtime.local.LocalRuntime;
import dev.sandbar.runtime.local.LocalSettings;
import dev.sandbar.soak.Leftovers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * One local runtime for a test class, with an instance id of its own. Before each test it starts a neighbour; after each
 * the neighbour must still answer promptly, and when all sandboxes are destroyed nothing of them may be left.
 */
final class TestRuntime implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    static final Limits LIMITS = new Limits(1, 128, 32, 64);
    static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    private final String instance =
            "h" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private final LocalSettings settings = LocalSettings.of(instance);
    private final BackgroundTasks links = new BackgroundTasks("links to agents", 64, Schedulers.parallel());
    private final LoopResources loops = LoopResources.create("hostile", 2, true);
    private final AgentChannel channel;
    private final List<TestSandbox> sandboxes = new ArrayList<>();
    private @Nullable LocalRuntime runtime;
    private @Nullable TestSandbox neighbour;

    /** One that takes a silent agent for gone sooner than the service does, so that tests needn't wait for that. */
    TestRuntime() {
        this(Duration.ofSeconds(5));
    }

    /** @param pingLimit how long an agent may be silent */
    TestRuntime(Duration pingLimit) {
        ChannelSettings usual = ChannelSettings.DEFAULT;
        channel = new AgentChannel(
                new ChannelSettings(
                        usual.greeting(),
                        usual.answer(),
                        usual.work(),
                        usual.trees(),
                        usual.pingEvery(),
                        pingLimit,
                        usual.conversations()),
                loops,
                links);
    }

    /** Starts a sandbox with small limits, that ends with the test. */
    TestSandbox start() {
        return start(LIMITS);
    }

    TestSandbox start(Limits limits) {
        String id = newId();
        SandboxSpec spec = new SandboxSpec(id, "base", limits, Instant.now().plus(Duration.ofMinutes(10)));
        TestSandbox sandbox =
                new TestSandbox(id, Objects.requireNonNull(runtime().start(spec).block(LIMIT)), this);
        sandboxes.add(sandbox);
        return sandbox;
    }

    /** An id as the service gives them. */
    static String newId() {
        return "i" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);
    }

    LocalRuntime runtime() {
        return Objects.requireNonNull(runtime);
    }

    AgentChannel channel() {
        return channel;
    }

    /** A sandbox that has nothing to do with the attack. */
    TestSandbox neighbour() {
        return Objects.requireNonNull(neighbour);
    }

    /** The sandbox's directory on the host. */
    Path directory(String sandboxId) {
        return settings.runDirectory().resolve(sandboxId);
    }

    /** Of cgroup v1. */
    Path memoryGroup(String sandboxId) {
        return Path.of("/sys/fs/cgroup/memory", "sandbar-" + instance, sandboxId);
    }

    /** Processes of a sandbox on the host, by the cgroup that they can't leave. */
    List<ProcessHandle> processes(String sandboxId) {
        return ProcessHandle.allProcesses()
                .filter(process -> Host.cgroups(process.pid()).contains(instance + "/" + sandboxId))
                .toList();
    }

    /** The neighbour does its work as if nothing happened. */
    void assertNeighbourWorks() {
        TestSandbox.Result result = neighbour().within(PROMPTLY).user("echo works");
        assertThat(result).isEqualTo(new TestSandbox.Result("works\n", "", false, 0));
    }

    void assertNothingIsLeftOf(String sandboxId) {
        assertThat(processes(sandboxId)).isEmpty();
        assertThat(directory(sandboxId)).doesNotExist();
        assertThat(Leftovers.of(instance).toString()).doesNotContain(sandboxId);
    }

    private boolean has(Needs need) {
        RuntimeCapabilities found = runtime().capabilities();
        if (need == Needs.SANDBOX_ROOT) return found.users().contains("root");
        Layer layer = found.isolation().get(need.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return layer != null && layer.active();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        runtime = LocalRuntime.open(settings, channel);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Stream.of(context.getRequiredTestMethod(), context.getRequiredTestClass())
                .map(declared -> declared.getAnnotation(Requires.class))
                .filter(Objects::nonNull)
                .flatMap(required -> Stream.of(required.value()))
                .forEach(need -> need.orSkip(has(need)));
        neighbour = start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            if (neighbour != null) assertNeighbourWorks();
        } finally {
            sandboxes.forEach(TestSandbox::destroy);
            sandboxes.clear();
            neighbour = null;
        }
        Awaitility.await()
                .atMost(PROMPTLY)
                .untilAsserted(() -> assertThat(Leftovers.of(instance)).matches(Leftovers::none));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        runtime().close();
        links.close();
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        Host.removeTree(settings.runDirectory());
        Path cgroups = Path.of("/sys/fs/cgroup");
        for (Path hierarchy : Host.children(cgroups)) {
            assertThat(hierarchy.resolve("sandbar-" + instance)).doesNotExist();
        }
    }
}
