package dev.sandbar.command;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.async.Sweeper;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.Strain;
import dev.sandbar.store.Journals;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * All commands of all sandboxes, running ones and those that ended a short while ago.
 *
 * <p>Thread-safe; nothing blocks. Identifying a sandbox's agent, and deciding who may do what, is the caller's part.
 */
public final class Commands implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Commands.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration RETIRE_AFTER = Duration.ofSeconds(5);
    private static final Duration DESERTED_GRACE = Duration.ofSeconds(5);
    private static final int ADOPT_AT_ONCE = 16;

    private final Map<String, SandboxCommands> sandboxes = new ConcurrentHashMap<>();
    private final CommandLimits limits;
    private final Journals journals;
    private final CommandRecords records;
    private final CommandMaker maker;
    private final Strains strains;
    private final Cancels cancels;
    private final Leftovers leftovers;
    private final Again again;
    private final Budget memory;
    private final BackgroundTasks pumps;
    private final Scheduler timer;
    private final Sweeper sweeper;
    private volatile boolean closed;

    /**
     * @param journals keep output; to be closed after this
     * @param strain tells how often a sandbox has met its ceilings, by its id; may fail
     * @param memory bytes of output in memory, of all commands together
     * @param pumps runs one task for each running command; owned by the caller
     * @param timer the clock, and where sweeps run; owned by the caller
     */
    public Commands(
            CommandLimits limits,
            Store store,
            Journals journals,
            Function<String, Mono<Strain>> strain,
            Budget memory,
            BackgroundTasks pumps,
            Scheduler timer) {
        this.limits = limits;
        this.journals = journals;
        this.records = new CommandRecords(store, timer);
        this.maker = new CommandMaker(limits, journals, memory, timer, this::deserted);
        this.strains = new Strains(strain, timer);
        this.cancels = new Cancels(timer);
        this.leftovers = new Leftovers(timer);
        this.again = new Again(timer);
        this.memory = memory;
        this.pumps = pumps;
        this.timer = timer;
        this.sweeper = new Sweeper("commands", SWEEP, timer, this::sweep);
    }

    /** An id for a command that is to be started. */
    public static String newId() {
        return CommandMaker.newId();
    }

    /** Begins to cut readers that are stuck and to drop commands that ended long ago. */
    public void begin() {
        sweeper.start();
    }

    /**
     * Starts a command, and emits it when the agent has said that it runs. Nobody is expected to read it: of its output the
     * newest is kept, and a reader who comes too late for the first bytes is told so by a gap.
     *
     * <p>With {@link CommandRequest#commandId} that the sandbox knows, also from an earlier run or as one that has ended, it
     * emits that command when it runs or has run, and starts nothing.
     *
     * <p>Lazy, once for each subscription; cancelling does not stop it, unless that was asked for by {@link
     * OnDisconnect#CANCEL}: it ends as soon as it runs then. Fails with {@link CommandException.TooMany}, {@link
     * CommandException.NoRoom}, {@link AgentException} when the agent refuses, {@link
     * AgentGoneException} when it does not answer, {@link CommandException.SandboxEnded} when the
     * sandbox ends meanwhile, {@link StoreException} when it can't be recorded, {@link RejectedExecutionException} when
     * the service runs as many tasks as it may. Nothing runs after an error, as far as the agent could still be told.
     */
    public Mono<Command> start(String sandboxId, Agent agent, CommandRequest request) {
        return start(sandboxId, agent, request, false);
    }

    /**
     * As {@link #start}, for somebody who reads the command from its first byte on: its output waits for that reader, for as
     * long as a reader's patience allows.
     */
    public Mono<Command> startToRead(String sandboxId, Agent agent, CommandRequest request) {
        return start(sandboxId, agent, request, true);
    }

    private Mono<Command> start(String sandboxId, Agent agent, CommandRequest request, boolean toRead) {
        return Mono.defer(() -> {
            String id = request.commandId() == null ? CommandMaker.newId() : request.commandId();
            Command known = get(sandboxId, id);
            if (known != null) return known.whenStarted();
            Allowance allowance = Allowance.take(memory, limits.logBytes());
            if (allowance == null) return Mono.error(new CommandException.NoRoom(memory.most()));
            Command fresh = maker.create(sandboxId, id, agent, request, allowance);
            if (toRead) fresh.log().awaitReader();
            return add(fresh, allowance);
        });
    }

    /** Another command may have the id by now, and that one is meant then. */
    private Mono<Command> add(Command command, Allowance allowance) {
        SandboxCommands.@Nullable Added added;
        try {
            added = of(command.sandboxId()).add(command, limits.running());
        } catch (CommandException.SandboxEnded ended) {
            allowance.close();
            return Mono.error(ended);
        }
        if (added != null && added.fresh()) return begin(command);
        allowance.close();
        return added == null
                ? Mono.error(tooMany(command.sandboxId()))
                : added.command().whenStarted();
    }

    private SandboxCommands of(String sandboxId) {
        return sandboxes.computeIfAbsent(sandboxId, id -> new SandboxCommands());
    }

    private @Nullable Command get(String sandboxId, String id) {
        SandboxCommands commands = known(sandboxId);
        return commands == null ? null : commands.get(id);
    }

    /** What was closed knows nothing any more, which mustn't look as if there were nothing. */
    private @Nullable SandboxCommands known(String sandboxId) {
        SandboxCommands found = sandboxes.get(sandboxId);
        if (closed) throw CommandException.Lost.stopping();
        return found;
    }

    private void deserted(Command command) {
        if (command.request().onDisconnect() != OnDisconnect.CANCEL || closed) return;
        pumps.start("end of deserted command " + command.id(), cancels.cancel(command, DESERTED_GRACE));
    }

    /** Whoever asked for it has left before it ran; it may have readers by now all the same. */
    private void desertedEarly(Command command) {
        command.log().awaitNoReader();
        if (command.request().onDisconnect() != OnDisconnect.CANCEL) return;
        Mono<Command> alone =
                command.whenStarted().filter(started -> !started.log().hasReaders());
        pumps.start(
                "deserted command " + command.id(),
                alone.doOnNext(this::deserted).onErrorComplete());
    }

    /** All that the sandbox knows, running and ended ones, the newest first. */
    public Flux<Command> list(String sandboxId) {
        return Flux.defer(() -> {
            SandboxCommands commands = known(sandboxId);
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
        SandboxCommands commands = known(sandboxId);
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
        return command.agent().write(command.id(), bytes).retryWhen(again.whileInputIsUnderWay());
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
     * watching. Fails with {@link AgentGoneException} when the sandbox doesn't answer.
     */
    public Mono<Void> cancel(Command command, Duration grace) {
        return Mono.defer(() -> {
            boolean ended = command.state().ended();
            if (ended && !command.isAttached()) return Mono.empty();
            Mono<Void> work = cancels.cancel(command, grace);
            if (ended) work = work.onErrorComplete(AgentGoneException.class);
            return pumps.start("cancel of command " + command.id(), work).then(command.whenOver());
        });
    }

    /**
     * Reads what an earlier run has recorded; to be called before anything else, and again where it fails: it knows nothing
     * then.
     *
     * <p>After it, and until {@link #adopted} or {@link #endSandbox}, the commands that ran then are known, but can't be
     * spoken to.
     */
    public Mono<Void> load() {
        return records.all()
                .doOnNext(all -> all.forEach(record -> of(record.sandboxId()).addKnown(maker.restore(record))))
                .then();
    }

    /**
     * A sandbox of an earlier run was taken up: its running commands are followed from where they were left, what ended
     * meanwhile ends, those that never ran are forgotten, and what runs without a record is killed. Completes when all of
     * that has begun. What fails is tried again until it succeeds or the sandbox ends, whether anybody still waits or not.
     */
    public Mono<Void> adopted(String sandboxId, Agent agent) {
        return Mono.defer(() -> {
            SandboxCommands commands = of(sandboxId);
            Mono<Void> attempt = Mono.defer(() -> agent.processes().collectMap(ProcessInfo::id))
                    .flatMap(found -> adopt(sandboxId, commands, agent, found));
            return pumps.start(
                    "adoption of the commands of " + sandboxId, attempt.retryWhen(again.unless(commands::isOver)));
        });
    }

    private Mono<Void> adopt(String sandboxId, SandboxCommands commands, Agent agent, Map<String, ProcessInfo> found) {
        Mono<Void> follow = Flux.fromIterable(List.copyOf(commands.all()))
                .filter(command -> !command.state().ended() && !command.isAttached())
                .flatMap(command -> resume(command, agent, found.get(command.id())), ADOPT_AT_ONCE)
                .then();
        Mono<Void> discard = Flux.fromIterable(found.values())
                .filter(process -> !isFollowed(commands, process) && !records.isUnreadable(sandboxId, process.id()))
                .flatMap(process -> leftovers.discard(agent, process), ADOPT_AT_ONCE)
                .then();
        return follow.then(discard);
    }

    private static boolean isFollowed(SandboxCommands commands, ProcessInfo process) {
        Command command = commands.get(process.id());
        return command != null && !command.state().ended();
    }

    /** One that the agent doesn't know has never run, unless there is output of it. */
    private Mono<Void> resume(Command command, Agent agent, @Nullable ProcessInfo process) {
        return CommandMaker.continued(command).then(Mono.defer(() -> {
            if (process == null && command.log().written() == 0) return neverRan(command);
            if (!command.drive()) return Mono.empty();
            command.attach(agent);
            if (process == null) command.decide(new CommandState.Failed("the agent doesn't know it any more"), now());
            else command.running(process.pid(), command.startedAt());
            Pump pump = new Pump(command, records, strains, timer);
            drive(command, process == null ? pump.conclude() : pump.resume());
            return Mono.<Void>empty();
        }));
    }

    private Mono<Void> neverRan(Command command) {
        return records.remove(command).then(Mono.fromRunnable(() -> {
            of(command.sandboxId()).noteEnd(command);
            drop(command);
        }));
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
        SandboxCommands gone = sandboxes.get(sandboxId);
        if (gone == null) return Mono.empty();
        List<Command> all = gone.close(cause);
        for (Command command : all) {
            if (command.decide(new CommandState.Gone(cause), now())) {
                command.fail(new CommandException.SandboxEnded(sandboxId, cause));
                conclude(command);
            }
        }
        return Flux.fromIterable(all)
                .concatMap(command -> command.state().ended() ? Mono.<Void>empty() : command.whenOver())
                .then();
    }

    /** Records the end of one that nobody follows; the others do that themselves. */
    private void conclude(Command command) {
        if (!command.drive()) return;
        Pump pump = new Pump(command, records, strains, timer);
        drive(
                command,
                CommandMaker.continued(command)
                        .retryWhen(again.whileTheStoreRefuses())
                        .then(pump.conclude()));
    }

    /** Nobody is to be told about the sandbox any more: removes what is recorded of its commands, and their output. */
    public Mono<Void> forgotten(String sandboxId) {
        return Mono.defer(() -> {
            SandboxCommands gone = sandboxes.get(sandboxId);
            List<Command> all = gone == null ? List.of() : gone.close(Cause.SANDBOX_KILLED);
            all.forEach(Command::abandon);
            return records.removeAll(all)
                    .then(journals.delete(sandboxId))
                    .then(Mono.fromRunnable(() -> vanish(sandboxId, all)));
        });
    }

    private void vanish(String sandboxId, List<Command> all) {
        all.forEach(command -> command.log().close());
        strains.forget(sandboxId);
        sandboxes.remove(sandboxId);
    }

    /**
     * After {@link #load}: forgets the commands of all sandboxes but those that are remembered. Emits how many sandboxes
     * there were.
     *
     * @param remembered by sandbox id; asked at the last moment, since sandboxes and commands come meanwhile
     */
    public Mono<Integer> keepOnly(Predicate<String> remembered) {
        return journals.scopes()
                .concatWith(Flux.fromIterable(sandboxes.keySet()))
                .distinct()
                .filter(id -> !remembered.test(id))
                .concatMap(id -> forgotten(id).thenReturn(1))
                .reduce(0, Integer::sum);
    }

    /** Stops watching everything; the processes go on, and readers' streams fail. */
    @Override
    public void close() {
        closed = true;
        sweeper.close();
        for (SandboxCommands commands : sandboxes.values()) {
            commands.all().forEach(Command::abandon);
        }
        sandboxes.clear();
    }

    private Mono<Command> begin(Command command) {
        command.drive();
        Mono<Void> work = new Pump(command, records, strains, timer).start();
        Mono<Command> refused = drive(command, work)
                .doOnError(RejectedExecutionException.class, error -> refuse(command, error))
                .then(Mono.never());
        return Mono.firstWithSignal(command.whenStarted(), refused).doOnCancel(() -> desertedEarly(command));
    }

    /** Sees a command through; when that is over it doesn't count any more. */
    private Mono<Void> drive(Command command, Mono<Void> work) {
        Mono<Void> seenThrough = work.doOnSuccess(done -> settle(command))
                .onErrorResume(RuntimeException.class, error -> refuse(command, error));
        return pumps.start("command " + command.id(), seenThrough);
    }

    /** It never ran: its id is free again before anybody is told. */
    private Mono<Void> refuse(Command command, RuntimeException error) {
        command.decide(new CommandState.Failed(String.valueOf(error.getMessage())), now());
        settle(command);
        command.fail(error);
        command.abandon();
        return Mono.empty();
    }

    private void settle(Command command) {
        SandboxCommands commands = sandboxes.get(command.sandboxId());
        if (commands == null) return;
        commands.noteEnd(command);
        if (!command.state().ended() && !commands.isOver()) drop(command);
    }

    private void drop(Command command) {
        SandboxCommands commands = sandboxes.get(command.sandboxId());
        if (commands != null) commands.remove(command);
        command.log().close();
    }

    private Mono<Command> newest(String sandboxId, Predicate<Command> test) {
        return Mono.defer(() -> {
            SandboxCommands commands = known(sandboxId);
            return commands == null
                    ? Mono.empty()
                    : Mono.justOrEmpty(commands.matching(test.and(Commands::hasRun)).stream()
                            .findFirst());
        });
    }

    private static boolean hasRun(Command command) {
        return !(command.state() instanceof CommandState.Starting);
    }

    private Mono<Void> sweep() {
        for (SandboxCommands commands : sandboxes.values()) {
            for (Command command : commands.all()) sweep(command);
        }
        return records.removeOwed()
                .thenMany(Flux.fromIterable(sandboxes.values()))
                .concatMap(this::expire)
                .then();
    }

    private void sweep(Command command) {
        command.log().sweep(millis());
        Instant end = command.endedAt();
        if (end != null && now().minus(RETIRE_AFTER).isAfter(end)) command.log().retire();
    }

    private Mono<Void> expire(SandboxCommands commands) {
        List<Command> expired = commands.expired(now().minus(limits.keepEnded()), limits.ended());
        if (expired.isEmpty()) return Mono.empty();
        return records.removeAll(expired)
                .then(Flux.fromIterable(expired).concatMap(this::expunge).then())
                .onErrorResume(StoreException.class, refusal -> later(refusal));
    }

    private Mono<Void> expunge(Command command) {
        drop(command);
        return command.log().written() == 0
                ? Mono.empty()
                : journals.delete(command.sandboxId(), CommandMaker.journalName(command.id(), command.createdAt()));
    }

    private static Mono<Void> later(StoreException refusal) {
        log.debug("Commands that ended long ago can't be removed yet", refusal);
        return Mono.empty();
    }

    private CommandException tooMany(String sandboxId) {
        return new CommandException.TooMany("Sandbox " + sandboxId + " runs " + limits.running()
                + " commands, which is the limit (sandbar.commands.per-sandbox): end one first, or try again later");
    }

    private long millis() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    private Instant now() {
        return Instant.ofEpochMilli(millis());
    }
}
