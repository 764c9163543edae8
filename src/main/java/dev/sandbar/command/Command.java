package dev.sandbar.command;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.Strain;
import dev.sandbar.store.Journal;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A process that was started through the service. It belongs to its sandbox: no reader's end touches it, unless its client
 * wanted that.
 *
 * <p>Thread-safe. What it tells about itself is a moment's truth; an end that it tells is recorded.
 */
public final class Command {

    private final String sandboxId;
    private final String id;
    private final OutputLog log;
    private final Mono<Journal> journal;
    private final Instant createdAt;
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final Sinks.Empty<Void> abandoned = Sinks.empty();
    private final Sinks.Empty<Void> over = Sinks.empty();
    private final Sinks.One<Command> started = Sinks.one();
    private final AtomicInteger holds = new AtomicInteger();
    private volatile CommandRequest request;
    private volatile CommandState state = new CommandState.Starting();
    private volatile Sinks.@Nullable Empty<Void> released;
    private volatile @Nullable Agent agent;
    private volatile @Nullable CommandState decided;
    private volatile @Nullable Strain strain;
    private volatile long pid;
    private volatile @Nullable Instant startedAt;
    private volatile @Nullable Instant endedAt;
    private volatile boolean cancelled;
    private volatile boolean driven;
    private long signalsOfClients;

    Command(
            String sandboxId,
            String id,
            CommandRequest request,
            @Nullable Agent agent,
            OutputLog log,
            Mono<Journal> journal,
            Instant createdAt) {
        this.sandboxId = sandboxId;
        this.id = id;
        this.request = request;
        this.agent = agent;
        this.log = log;
        this.journal = journal;
        this.createdAt = createdAt;
    }

    public String sandboxId() {
        return sandboxId;
    }

    /** Unique in its sandbox, {@code [a-z0-9]+}. */
    public String id() {
        return id;
    }

    /** Process id inside the sandbox; 0 before it runs. */
    public long pid() {
        return pid;
    }

    /**
     * What was asked for. The environment is empty when it was larger than 8 KiB (each variable counts as 64 more than its
     * characters), the command has ended, or is from an earlier run of the service.
     */
    public CommandRequest request() {
        return request;
    }

    public @Nullable String tag() {
        return request.tag();
    }

    public CommandState state() {
        return state;
    }

    /** When the agent said that it runs; before that, when it was asked. */
    public Instant startedAt() {
        Instant known = startedAt;
        return known == null ? createdAt : known;
    }

    /** When the service learned of its end; null before. */
    public @Nullable Instant endedAt() {
        return state.ended() ? endedAt : null;
    }

    Instant createdAt() {
        return createdAt;
    }

    public long stdoutBytes() {
        return log.stdout();
    }

    public long stderrBytes() {
        return log.stderr();
    }

    /** Bytes that it has written so far, both streams together; the position behind them. */
    public long endOffset() {
        return log.end();
    }

    /**
     * Follows its output: {@link CommandEvent.Started} first, for readers by offset, then output from the position on, and
     * {@link CommandEvent.Ended} last, each exactly once. Lazy; each subscription is a reader of its own.
     *
     * <p>Emits on the thread of the agent's channel, of the journals, or of the reader's requests, one event at a time. What
     * isn't in memory any more is read from disk. While the reader requests less than there is, the process waits for it.
     * Cancelling removes this reader only.
     *
     * <p>A reader by offset fails, at once and whatever was requested, with {@link CommandException.SandboxEnded} when the
     * sandbox ends first, and with {@link CommandException.Lost} when the service stops to watch. One by number learns the
     * sandbox's end as that of the command, and completes without {@link CommandEvent.Ended} when the service stops: ask
     * again. Both fail with {@link CommandException.ReaderTooSlow} when the reader takes nothing for too long, {@link
     * CommandException.TooMany} when there are too many readers, {@link CommandException.BehindTheEnd} for a position behind the
     * end, and {@link dev.sandbar.store.StoreException} when the disk can't be read.
     */
    public Flux<CommandEvent> follow(Position position) {
        return Flux.defer(() -> {
            LogReader reader = new LogReader(log, position.isByNumber());
            if (!position.isByNumber()) reader.prefix(new CommandEvent.Started(pid));
            RuntimeException refusal = log.join(reader, position);
            if (refusal != null) return refused(refusal, position);
            return reader.isBehind() ? fromDisk(reader, position) : new LogFlux(reader);
        });
    }

    /** Whether it has ended, and this is behind the number of its {@link CommandEvent.Ended}: nothing will follow. */
    public boolean isAllSeen(Position position) {
        return log.isAllSeen(position);
    }

    private static Flux<CommandEvent> refused(RuntimeException refusal, Position position) {
        return position.isByNumber() && LogReader.isStopping(refusal) ? Flux.empty() : Flux.error(refusal);
    }

    private Flux<CommandEvent> fromDisk(LogReader reader, Position position) {
        Flux<CommandEvent> history = new History(journal, position, reader.sequence, reader.behindUntil()).events();
        Flux<CommandEvent> old = reader.prefixes()
                .concatWith(history)
                .doOnNext(event -> reader.noteTaken())
                .takeUntilOther(reader.whenInterrupted());
        return old.doOnCancel(reader::cancel)
                .doOnError(error -> reader.cancel())
                .concatWith(new LogFlux(reader));
    }

    /** What is to be recorded of it now. */
    CommandRecord record() {
        CommandState last = decided;
        CommandState now = last == null ? new CommandState.Starting() : last;
        OutputCodec.Tail tail = new OutputCodec.Tail(log.end(), log.stdout(), log.stderr());
        return new CommandRecord(sandboxId, id, request, createdAt, now, pid, startedAt, endedAt, log.written(), tail);
    }

    Mono<Journal> journal() {
        return journal;
    }

    OutputLog log() {
        return log;
    }

    /** The sandbox's agent; {@link CommandException.Lost} for one of an earlier run that wasn't taken up. */
    Agent agent() {
        Agent known = agent;
        if (known == null) throw new CommandException.Lost("command " + id + " was not taken up again yet");
        return known;
    }

    boolean isAttached() {
        return agent != null;
    }

    void attach(Agent found) {
        agent = found;
    }

    /** True for the one who is to see to its end. */
    synchronized boolean drive() {
        if (driven) return false;
        driven = true;
        return true;
    }

    /** Emits this when it runs; fails when it could not be started. */
    Mono<Command> whenStarted() {
        return started.asMono();
    }

    /** Completes when nothing is to be taken from the agent any more. */
    Mono<Void> whenStopped() {
        return stopped.asMono();
    }

    /** Completes when nothing at all is to be done with it any more. */
    Mono<Void> whenAbandoned() {
        return abandoned.asMono();
    }

    /** Completes when its end is recorded, or it isn't watched any more. */
    Mono<Void> whenOver() {
        return over.asMono();
    }

    /** Before it is started: its strain at that time, where that is known. */
    void baseline(@Nullable Strain before) {
        strain = before;
    }

    @Nullable Strain baseline() {
        return strain;
    }

    /** Keeps the agent from forgetting its process group, until {@link #release}. */
    void hold() {
        holds.incrementAndGet();
    }

    void release() {
        Sinks.Empty<Void> waiting = holds.decrementAndGet() == 0 ? released : null;
        if (waiting != null) waiting.tryEmitEmpty();
    }

    Mono<Void> whenReleased() {
        return Mono.defer(() -> {
            if (holds.get() == 0) return Mono.empty();
            Sinks.Empty<Void> waiting = Sinks.empty();
            released = waiting;
            return holds.get() == 0 ? Mono.empty() : waiting.asMono();
        });
    }

    void noteCancel() {
        cancelled = true;
    }

    void noteSignal(int signal) {
        if (signal > 0 && signal < Long.SIZE) {
            synchronized (this) {
                signalsOfClients |= 1L << signal;
            }
        }
    }

    /** Whether a client is the reason of such an end. */
    synchronized boolean isOfClient(boolean signalled, int code) {
        return cancelled || (signalled && code > 0 && code < Long.SIZE && (signalsOfClients & 1L << code) != 0);
    }

    void running(long processId, Instant now) {
        synchronized (this) {
            if (!(state instanceof CommandState.Starting) || decided != null) return;
            pid = processId;
            startedAt = now;
            request = request.whileItRuns(id);
            state = new CommandState.Running();
        }
        started.tryEmitValue(this);
    }

    boolean isDecided() {
        return decided != null;
    }

    /** Decides how it ends, which is to be recorded then; false when that was decided before. */
    synchronized boolean decide(CommandState last, Instant now) {
        if (decided != null) return false;
        decided = last;
        endedAt = now;
        return true;
    }

    /** Fails readers by offset and whoever waits for its start, and takes nothing more from the agent. */
    void fail(RuntimeException error) {
        log.fail(error);
        started.tryEmitError(error);
        stopped.tryEmitEmpty();
    }

    /** Its end is recorded: tells everybody. */
    void end() {
        synchronized (this) {
            CommandState last = decided;
            if (last == null || state.ended()) return;
            request = request.afterItsEnd(id);
            state = last;
        }
        if (state instanceof CommandState.Gone gone) {
            log.fail(new CommandException.SandboxEnded(sandboxId, gone.cause()));
        } else if (state instanceof CommandState.Failed failed) {
            log.fail(new CommandException.Lost("command " + id + " is lost: " + failed.reason()));
        }
        log.finish(state, endedAt == null ? 0 : endedAt.toEpochMilli());
        over.tryEmitEmpty();
    }

    /** As recorded by an earlier run. */
    void restore(CommandRecord record) {
        log.continueBehind(record.entries(), record.tail());
        pid = record.pid();
        startedAt = record.startedAt();
        if (!record.state().ended()) return;
        decided = record.state();
        endedAt = record.endedAt();
        started.tryEmitValue(this);
        end();
        log.retire();
    }

    /** Lets go of it: readers' streams end, the process goes on. */
    void abandon() {
        abandoned.tryEmitEmpty(); // before the readers go, who hold up the pump: it would read on, on this thread
        log.stop();
        log.close();
        started.tryEmitError(CommandException.Lost.stopping());
        over.tryEmitEmpty();
    }
}
