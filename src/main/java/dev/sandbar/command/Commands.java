package dev.sandbar.command;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Sweeper;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * All commands of all sandboxes, running ones and those that ended a short while ago.
 *
 * <p>Thread-safe; nothing blocks. Identifying a sandbox's agent, and deciding who may do what, is the caller's part.
 */
public final class Commands implements AutoCloseable {

    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Map<String, SandboxCommands> sandboxes = new ConcurrentHashMap<>();
    private final CommandLimits limits;
    private final BackgroundTasks pumps;
    private final Scheduler timer;
    private final Sweeper sweeper;

    /**
     * @param pumps runs one task for each running command; owned by the caller
     * @param timer the clock, and where sweeps run; owned by the caller
     */
    public Commands(CommandLimits limits, BackgroundTasks pumps, Scheduler timer) {
        this.limits = limits;
        this.pumps = pumps;
        this.timer = timer;
        this.sweeper = new Sweeper("commands", SWEEP, timer, () -> Mono.fromRunnable(this::sweep));
    }

    /** Begins to cut readers that are stuck and to drop commands that ended long ago. */
    public void begin() {
        sweeper.start();
    }

    /**
     * Starts a command, and emits it when the agent has said that it runs. Its output is kept from its first byte, and
     * waits for a first reader for as long as a reader's patience allows.
     *
     * <p>With {@link CommandRequest#commandId} that the sandbox knows, also from an earlier run or as one that has ended, it
     * emits that command when it runs or has run, and starts nothing.
     *
     * <p>Lazy, once for each subscription; cancelling does not stop it. Fails with {@link CommandException.TooMany},
     * {@link AgentException} when the agent refuses, {@link dev.sandbar.runtime.AgentGoneException} when it does not
     * answer, {@link CommandException.SandboxEnded} when the sandbox ends meanwhile. Nothing runs after an error, as far
     * as the agent could still be told.
     */
    public Mono<Command> start(String sandboxId, Agent agent, CommandRequest request) {
        return Mono.defer(() -> {
            String id = request.commandId() == null ? newId() : request.commandId();
            OutputLog log = new OutputLog(id, limits, millis());
            Command command = new Command(sandboxId, id, request, agent, log, now());
            Command known = add(command);
            if (known == null) return Mono.error(tooMany(sandboxId));
            return known == command ? begin(command) : known.whenStarted();
        });
    }

    /** All that the sandbox knows, running and ended ones, the newest first. */
    public Flux<Command> list(String sandboxId) {
        return Flux.defer(() -> {
            SandboxCommands commands = sandboxes.get(sandboxId);
            return commands == null ? Flux.empty() : Flux.fromIterable(commands.matching(Commands::hasRun));
        });
    }

    /** By its own id; empty when it is unknown or ended long ago. */
    public Mono<Command> find(String sandboxId, String commandId) {
        return newest(sandboxId, command -> command.id().equals(commandId));
    }

    /** By process id; a running one before one that has ended. */
    public Mono<Command> findByPid(String sandboxId, long pid) {
        return newest(sandboxId, command -> command.pid() == pid);
    }

    /** By tag, the newest running one before those that have ended. */
    public Mono<Command> findByTag(String sandboxId, String tag) {
        return newest(sandboxId, command -> tag.equals(command.tag()));
    }

    /** Those that run now, the newest first. */
    public List<Command> running(String sandboxId) {
        SandboxCommands commands = sandboxes.get(sandboxId);
        return commands == null
                ? List.of()
                : commands.matching(command -> command.state() instanceof CommandState.Running);
    }

    /**
     * Completes when all of it is in the process's standard input, however long the process takes to read. Cancelling
     * may leave part of it there. While another input is under way it waits for some seconds, then fails with {@link
     * AgentException.Code#BUSY}.
     */
    public Mono<Void> sendInput(Command command, byte[] bytes) {
        return command.agent().write(command.id(), bytes).retryWhen(inTurn());
    }

    /** Closes its standard input; completes also when it was closed before. */
    public Mono<Void> closeInput(Command command) {
        return command.agent().closeInput(command.id());
    }

    /** Sends a signal to its process group; completes when it was sent, not when the command has ended. */
    public Mono<Void> signal(Command command, int signal) {
        return Mono.defer(() -> {
            command.noteSignal(signal);
            return command.agent().signal(command.id(), signal);
        });
    }

    /**
     * Ends a command: SIGTERM to its process group, after the grace SIGKILL to what is left of it. Completes when nothing
     * is left of the group and the command's end is recorded; its cause is {@link Cause#CLIENT}. Of one that has ended
     * before what is left of the group is killed likewise, as far as the agent still knows it.
     *
     * <p>Lazy; whoever asks while it is cancelled waits for the same end, or for a shorter grace. Cancelling only stops
     * watching. Fails with {@link dev.sandbar.runtime.AgentGoneException} when the sandbox doesn't answer.
     */
    public Mono<Void> cancel(Command command, Duration grace) {
        return Mono.defer(() -> {
            if (command.state().ended()) return Mono.empty();
            return signal(command, 15).onErrorComplete(AgentException.class).then(command.whenStopped());
        });
    }

    /**
     * Reads what an earlier run has recorded; to be called once, before anything else.
     *
     * <p>After it, and until {@link #adopted} or {@link #endSandbox}, the commands that ran then are known, but can't be
     * spoken to.
     */
    public Mono<Void> load() {
        return Mono.empty();
    }

    /**
     * A sandbox of an earlier run was taken up: its running commands are followed from where they were left, what ended
     * meanwhile ends, those that never ran are forgotten, and what runs without a record is killed. Completes when all of
     * that has begun; fails with {@link dev.sandbar.runtime.AgentGoneException} when the agent doesn't answer.
     */
    public Mono<Void> adopted(String sandboxId, Agent agent) {
        return Mono.empty();
    }

    /**
     * The sandbox has ended or is about to: its commands are over. Streams by offset fail at once; streams by number end
     * with {@link CommandEvent.Ended} as soon as that is recorded. Not lazy; does nothing where there is nothing.
     *
     * @param cause {@link Cause#SANDBOX_KILLED}, {@link Cause#SANDBOX_EXPIRED} or {@link Cause#HOST_RESTART}
     * @return completes when the ends of all of its commands are recorded, which is tried until it succeeds or the service
     *     shuts down; cancelling only stops watching
     */
    public Mono<Void> endSandbox(String sandboxId, Cause cause) {
        SandboxCommands gone = sandboxes.remove(sandboxId);
        if (gone == null) return Mono.empty();
        for (Command command : gone.all()) {
            command.end(new CommandState.Gone(cause), now());
            command.fail(new CommandException.SandboxEnded(sandboxId, cause));
        }
        return Mono.empty();
    }

    /** Nobody is to be told about the sandbox any more: removes what is recorded of its commands, and their output. */
    public Mono<Void> forgotten(String sandboxId) {
        return Mono.empty();
    }

    /** After {@link #load}: forgets the commands of all sandboxes but these. Emits how many sandboxes there were. */
    public Mono<Integer> keepOnly(Set<String> sandboxIds) {
        return Mono.just(0);
    }

    /** Stops watching everything; the processes go on, and readers' streams fail. */
    @Override
    public void close() {
        sweeper.close();
        for (SandboxCommands commands : sandboxes.values()) {
            for (Command command : commands.all()) {
                command.fail(new CommandException.Lost("the service shuts down"));
            }
        }
        sandboxes.clear();
    }

    /** The command itself, or the one that has its id already, or null where too many run. */
    private @Nullable Command add(Command command) {
        @Nullable Command[] added = new Command[1];
        sandboxes.compute(command.sandboxId(), (id, known) -> {
            SandboxCommands commands = known == null ? new SandboxCommands() : known;
            added[0] = commands.add(command, limits);
            return commands;
        });
        return added[0];
    }

    private Mono<Command> begin(Command command) {
        Mono<Void> pump = new Pump(command, timer).run().doOnTerminate(() -> settle(command));
        Mono<Command> refused = pumps.start("command " + command.id(), pump).then(Mono.never());
        return Mono.firstWithSignal(command.whenStarted(), refused)
                .doOnError(RejectedExecutionException.class, error -> remove(command))
                .onErrorMap(RejectedExecutionException.class, error -> tooMany(command.sandboxId()));
    }

    /** After a command's end: one that never ran is of no use to anybody. */
    private void settle(Command command) {
        if (command.state() instanceof CommandState.Failed) remove(command);
    }

    private void remove(Command command) {
        sandboxes.computeIfPresent(command.sandboxId(), (id, commands) -> {
            commands.remove(command);
            return commands.all().isEmpty() ? null : commands;
        });
    }

    private Mono<Command> newest(String sandboxId, Predicate<Command> test) {
        return Mono.defer(() -> {
            SandboxCommands commands = sandboxes.get(sandboxId);
            return commands == null
                    ? Mono.empty()
                    : Mono.justOrEmpty(commands.matching(test.and(Commands::hasRun)).stream()
                            .findFirst());
        });
    }

    private Retry inTurn() {
        return Retry.backoff(40, Duration.ofMillis(2))
                .maxBackoff(Duration.ofMillis(250))
                .scheduler(timer)
                .filter(error -> error instanceof AgentException refusal && refusal.code() == AgentException.Code.BUSY)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    private static boolean hasRun(Command command) {
        return !(command.state() instanceof CommandState.Starting);
    }

    private void sweep() {
        Instant endedBefore = now().minus(limits.keepEnded());
        for (String sandboxId : sandboxes.keySet()) {
            sandboxes.computeIfPresent(
                    sandboxId, (id, commands) -> commands.sweep(endedBefore, limits.ended()) ? null : commands);
        }
        for (SandboxCommands commands : sandboxes.values()) {
            for (Command command : commands.all()) {
                command.log().sweep(millis());
            }
        }
    }

    private CommandException tooMany(String sandboxId) {
        return new CommandException.TooMany("sandbox " + sandboxId + " runs as many commands as it may");
    }

    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return Long.toString(random.nextLong() >>> 1, 36) + Long.toString(random.nextLong() >>> 1, 36);
    }

    private long millis() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    private Instant now() {
        return Instant.ofEpochMilli(millis());
    }
}
