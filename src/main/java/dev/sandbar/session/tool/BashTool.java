package dev.sandbar.session.tool;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.command.Command;
import dev.sandbar.command.CommandRequest;
import dev.sandbar.command.Commands;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileOwner;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Runs a command in a shell, as a command of the sandbox like any other. */
final class BashTool implements Tool<BashCall> {

    private static final Logger log = LoggerFactory.getLogger(BashTool.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration CANCEL = Duration.ofSeconds(20);
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** One pipe for both streams, since only that keeps their order. */
    private static final String SHELL =
            "exec 2>&1; if [ -x /bin/bash ]; then exec /bin/bash -lc \"$1\"; else exec /bin/sh -lc \"$1\"; fi";

    private final Commands commands;
    private final BackgroundTasks tasks;
    private final Scheduler timer;

    BashTool(Commands commands, BackgroundTasks tasks, Scheduler timer) {
        this.commands = commands;
        this.tasks = tasks;
        this.timer = timer;
    }

    @Override
    public ToolDescription description() {
        return Descriptions.BASH;
    }

    @Override
    public BashCall parse(Arguments arguments) {
        return BashCall.of(arguments);
    }

    /** The start is a task: a caller who leaves meanwhile doesn't know yet what there is to end. */
    @Override
    public Flux<ToolEvent> run(ToolSandbox sandbox, ReadFiles seen, BashCall call) {
        Mono<Command> start = tasks.start(
                "start of a tool's command",
                commands.startToRead(sandbox.sandboxId(), sandbox.agent(), request(sandbox, call)));
        BashRun run = new BashRun(sandbox, call, timer);
        return Flux.usingWhen(
                Mono.just(start),
                begun -> started(begun, call).flatMapMany(run::events),
                begun -> end(begun, run),
                (begun, error) -> end(begun, run),
                begun -> end(begun, run));
    }

    private Mono<Command> started(Mono<Command> start, BashCall call) {
        return start.timeout(START, timer).onErrorMap(AgentException.class, refusal -> BashEnds.refused(refusal, call));
    }

    /** Also of one that runs only later; not waited for without a bound. What an ended one left behind goes on. */
    private Mono<Void> end(Mono<Command> start, BashRun run) {
        if (run.isOver()) return Mono.empty();
        Mono<Void> cancel = start.onErrorComplete().flatMap(command -> commands.cancel(command, GRACE));
        return tasks.start("end of a tool's command", cancel)
                .onErrorResume(RejectedExecutionException.class, full -> cancel)
                .timeout(CANCEL, timer)
                .doOnError(error -> log.warn("The end of a tool's command is not sure yet: {}", error.toString()))
                .onErrorComplete();
    }

    private static CommandRequest request(ToolSandbox sandbox, BashCall call) {
        return new CommandRequest(
                "/bin/sh",
                List.of("-c", SHELL, "sh", call.command()),
                environment(sandbox),
                call.directory(),
                FileOwner.USER,
                false,
                call.timeout(),
                null);
    }

    private static Map<String, String> environment(ToolSandbox sandbox) {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", PATH);
        all.put("HOME", Home.PATH);
        all.put("USER", "user");
        all.put("LOGNAME", "user");
        all.putAll(sandbox.environment());
        all.put("E2B_SANDBOX", "true");
        all.put("E2B_SANDBOX_ID", sandbox.sandboxId());
        return all;
    }
}
