package dev.sandbar.session.tool;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.command.CommandLimits;
import dev.sandbar.command.Commands;
import dev.sandbar.runtime.Strain;
import dev.sandbar.store.memory.MemoryJournals;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tools over an agent in memory, in virtual time. */
final class ToolBed implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(20);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final BackgroundTasks tasks = new BackgroundTasks("tasks", 100, time);
    final Budget memory = new Budget("edits", 1L << 27);
    final FakeAgent agent = new FakeAgent();
    final ToolSandbox sandbox = new ToolSandbox("s", agent, Map.of());
    final ReadFiles seen = new ReadFiles();
    private final Scheduler worker = Schedulers.newBoundedElastic(2, 100, "tools");
    final Commands commands = new Commands(
            CommandLimits.DEFAULT,
            new MemoryStore(),
            new MemoryJournals(1L << 25),
            id -> Mono.just(new Strain(0, 0)),
            new Budget("memory", 1L << 26),
            tasks,
            time);
    final Tools tools = new Tools(commands, tasks, memory, worker, time);

    Flux<ToolEvent> events(String tool, String arguments) {
        return tools.call(sandbox, seen, tool, json(arguments));
    }

    ToolResult call(String tool, String arguments) {
        ToolEvent last = Objects.requireNonNull(events(tool, arguments).blockLast(LIMIT));
        return ((ToolEvent.End) last).result();
    }

    /** Single quotes will do. */
    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    @Override
    public void close() {
        commands.close();
        tasks.close();
        worker.dispose();
    }
}
