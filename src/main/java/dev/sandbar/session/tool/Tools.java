package dev.sandbar.session.tool;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.async.LateErrors;
import dev.sandbar.command.CommandException;
import dev.sandbar.command.Commands;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.store.StoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;

/**
 * The tools of an AI: they act as {@code user} in {@code /home/user}, each call by itself.
 *
 * <p>Thread-safe; nothing blocks. Who may call, which sandbox is meant, and that a call which is asked for again runs once,
 * is the caller's part: nothing here is ever sent twice.
 */
public final class Tools {

    /** What to do with what is too long to be written at once. */
    public static final String IN_PARTS = "write takes at most " + (WriteTool.MOST >> 20)
            + " MiB at once: write a longer file in parts, and put them together with bash (cat a b > c)";

    private final Map<String, Tool<?>> tools = new LinkedHashMap<>();

    /**
     * @param tasks see the start and the end of commands through when their callers leave; owned by the caller
     * @param memory bytes that files which are being edited may hold, together; an edit takes up to 16 times its file's
     *     size, of at most 4 MiB
     * @param worker computes (hashes, matches); owned by the caller
     * @param timer the clock of time-outs; owned by the caller
     */
    public Tools(Commands commands, BackgroundTasks tasks, Budget memory, Scheduler worker, Scheduler timer) {
        FileAccess files = new FileAccess(new KeyedMutex<>("files of tools", worker), worker, timer);
        add(new BashTool(commands, tasks, timer));
        add(new ReadTool(files));
        add(new WriteTool(files));
        add(new EditTool(files, memory));
    }

    private void add(Tool<?> tool) {
        tools.put(tool.description().name(), tool);
    }

    /** What there is, for an AI to choose from. */
    public List<ToolDescription> descriptions() {
        return tools.values().stream().map(Tool::description).toList();
    }

    /**
     * Checks the arguments as {@link #call} does, before a sandbox is waited for.
     *
     * @throws ToolArgumentException when there is no such tool, or an argument is wrong
     */
    public void check(String name, JsonNode arguments) {
        find(name).parse(new Arguments(arguments));
    }

    /**
     * Calls a tool. Lazy; each subscription is a call of its own. Cancelling ends what runs, with all of its processes;
     * a file is then either changed as a whole or not at all.
     *
     * <p>Emits on threads of the agent's channel, the worker or the timer. While the subscriber doesn't request, a command
     * waits. What the sandbox refuses is an {@link ToolEvent.End} that says so. Errors: {@link AgentGoneException} when
     * the sandbox doesn't answer, {@link CommandException} when a command can't be started or its sandbox had ended before,
     * {@link StoreException} when it can't be recorded, {@link RejectedExecutionException} when too much is going on.
     *
     * @param seen what the session has read so far; kept up to date
     * @throws ToolArgumentException at once, as {@link #check} does
     */
    public Flux<ToolEvent> call(ToolSandbox sandbox, ReadFiles seen, String name, JsonNode arguments) {
        return call(find(name), sandbox, seen, new Arguments(arguments));
    }

    private static <A> Flux<ToolEvent> call(Tool<A> tool, ToolSandbox sandbox, ReadFiles seen, Arguments arguments) {
        A call = tool.parse(arguments);
        return Flux.defer(() -> tool.run(sandbox, seen, call))
                .onErrorResume(ToolFailure.class, failure -> failed(failure.text()))
                .onErrorResume(AgentException.class, refusal -> failed("The sandbox refused: " + refusal.getMessage()))
                .contextWrite(LateErrors.expect(Tools::isAnswer));
    }

    private static boolean isAnswer(Throwable error) {
        return error instanceof ToolFailure || error instanceof AgentException;
    }

    private static Mono<ToolEvent> failed(String error) {
        return Mono.just(new ToolEvent.End(ToolResult.failed(error)));
    }

    private Tool<?> find(String name) {
        Tool<?> tool = tools.get(name);
        if (tool == null) {
            throw new ToolArgumentException(
                    "There is no tool \"" + name + "\", but there are " + String.join(", ", tools.keySet()));
        }
        return tool;
    }
}
