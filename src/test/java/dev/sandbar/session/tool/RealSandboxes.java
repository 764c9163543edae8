package dev.sandbar.session.tool;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.command.CommandLimits;
import dev.sandbar.command.Commands;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.channel.AgentChannel;
import dev.sandbar.runtime.channel.ChannelSettings;
import dev.sandbar.runtime.local.LocalRuntime;
import dev.sandbar.runtime.local.LocalSettings;
import dev.sandbar.store.memory.MemoryJournals;
import dev.sandbar.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A local runtime with one sandbox, and the tools in it. */
final class RealSandboxes implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);
    static final String ID = "tools";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final LoopResources loops = LoopResources.create("tool-agents", 2, true);
    private final Scheduler worker = Schedulers.newBoundedElastic(2, 1000, "tools");
    private final LocalSettings settings;
    private final LocalRuntime runtime;
    private final Commands commands;
    final ToolSandbox sandbox;
    final Tools tools;

    RealSandboxes() throws IOException {
        long pid = ProcessHandle.current().pid();
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Path base = Path.of("/var/tmp/sandbar-test-" + uid);
        String instance = "tools" + pid;
        settings = new LocalSettings(instance, base.resolve(instance), base.resolve(instance + "-ids"));
        runtime = LocalRuntime.open(settings, new AgentChannel(ChannelSettings.DEFAULT, loops, tasks));
        commands = new Commands(
                CommandLimits.DEFAULT,
                new MemoryStore(),
                new MemoryJournals(1L << 25),
                runtime::strain,
                new Budget("memory", 1L << 26),
                tasks,
                Schedulers.parallel());
        commands.begin();
        SandboxSpec.Limits limits = new SandboxSpec.Limits(2, 256, 256, 64);
        Agent agent = Objects.requireNonNull(
                runtime.start(new SandboxSpec(ID, "base", limits, Instant.now().plus(Duration.ofMinutes(10))))
                        .block(LIMIT));
        sandbox = new ToolSandbox(ID, agent, Map.of("FROM_SANDBOX", "yes"));
        tools = new Tools(commands, tasks, new Budget("edits", 1L << 28), worker, Schedulers.parallel());
    }

    /** All events of one call; arguments as JSON with single quotes. */
    List<ToolEvent> events(ReadFiles seen, String tool, String arguments) {
        return Objects.requireNonNull(
                tools.call(sandbox, seen, tool, json(arguments)).collectList().block(LIMIT));
    }

    ToolResult call(ReadFiles seen, String tool, String arguments) {
        List<ToolEvent> events = events(seen, tool, arguments);
        return ((ToolEvent.End) events.get(events.size() - 1)).result();
    }

    ToolResult bash(String command) {
        return call(new ReadFiles(), "bash", JSON.writeValueAsString(Map.of("command", command)));
    }

    /** What a command prints that must succeed, without the last line feed. */
    String shell(String command) {
        ToolResult result = bash(command);
        if (!result.success()) throw new AssertionError(command + ": " + result);
        return result.output().stripTrailing();
    }

    Commands commands() {
        return commands;
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    @Override
    public void close() throws IOException {
        commands.close();
        runtime.destroy(ID).block(LIMIT);
        runtime.sweep(Set.of()).block(LIMIT);
        runtime.close();
        tasks.close();
        worker.dispose();
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)).block(LIMIT);
        Process removal = new ProcessBuilder(
                        "/bin/rm",
                        "-rf",
                        settings.runDirectory().toString(),
                        settings.idDirectory().toString())
                .start();
        removal.onExit().join();
    }
}
