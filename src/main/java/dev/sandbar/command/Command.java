package dev.sandbar.command;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.ProcessEvent.Stream;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A process that was started through the service. It belongs to its sandbox: no reader's end touches it.
 *
 * <p>Thread-safe. What it tells about itself is a moment's truth.
 */
public final class Command {

    private final String sandboxId;
    private final String id;
    private final CommandRequest request;
    private final Agent agent;
    private final OutputLog log;
    private final Instant createdAt;
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final Sinks.One<Command> started = Sinks.one();
    private volatile CommandState state = new CommandState.Starting();
    private volatile long pid;
    private volatile @Nullable Instant startedAt;
    private volatile @Nullable Instant endedAt;
    private final AtomicLong stdoutBytes = new AtomicLong();
    private final AtomicLong stderrBytes = new AtomicLong();
    private volatile long signalsOfClients;

    Command(String sandboxId, String id, CommandRequest request, Agent agent, OutputLog log, Instant now) {
        this.sandboxId = sandboxId;
        this.id = id;
        this.request = request;
        this.agent = agent;
        this.log = log;
        this.createdAt = now;
    }

    public String sandboxId() {
        return sandboxId;
    }

    /** Unique in its sandbox, {@code [a-z0-9]+}. */
    public String id() {
        return id;
    }

    /** Process id inside the sandbox. */
    public long pid() {
        return pid;
    }

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
        return endedAt;
    }

    public long stdoutBytes() {
        return stdoutBytes.get();
    }

    public long stderrBytes() {
        return stderrBytes.get();
    }

    /** Bytes that it has written so far, both streams together; the position behind them. */
    public long endOffset() {
        return log.end();
    }

    /**
     * Follows its output: {@link CommandEvent.Started}, then output from the position on, and {@link
     * CommandEvent.Ended} last, each exactly once. Lazy; each subscription is a reader of its own.
     *
     * <p>Emits on the thread of the agent's channel or of the reader's requests, one event at a time. While the reader
     * requests less than there is, the process waits for it. Cancelling removes this reader only.
     *
     * <p>Fails, at once and whatever was requested, with {@link CommandException.SandboxEnded} when the sandbox ends
     * first, {@link CommandException.ReaderTooSlow} when the reader takes nothing for too long, {@link
     * CommandException.TooMany} when there are too many readers, {@link CommandException.Lost} when the service stops to
     * watch, and {@link IllegalArgumentException} for a position behind the end.
     */
    public Flux<CommandEvent> follow(Position position) {
        return Flux.defer(() -> new LogFlux(log, new CommandEvent.Started(pid), position));
    }

    /** Emits this when it runs; fails when it could not be started. */
    Mono<Command> whenStarted() {
        return started.asMono();
    }

    /** Completes when nobody is to watch the process any more. */
    Mono<Void> whenStopped() {
        return stopped.asMono();
    }

    Agent agent() {
        return agent;
    }

    OutputLog log() {
        return log;
    }

    void noteSignal(int signal) {
        if (signal > 0 && signal < Long.SIZE) {
            synchronized (this) {
                signalsOfClients |= 1L << signal;
            }
        }
    }

    boolean wasSentByClient(int signal) {
        return signal > 0 && signal < Long.SIZE && (signalsOfClients & 1L << signal) != 0;
    }

    /** For the pump only. */
    void count(Stream stream, int bytes) {
        (stream == Stream.STDOUT ? stdoutBytes : stderrBytes).addAndGet(bytes);
    }

    void running(long processId, Instant now) {
        synchronized (this) {
            if (!(state instanceof CommandState.Starting)) return;
            pid = processId;
            startedAt = now;
            state = new CommandState.Running();
        }
        started.tryEmitValue(this);
    }

    /** Sets its last state; false when it had one before. */
    boolean end(CommandState last, Instant now) {
        synchronized (this) {
            if (state.ended()) return false;
            endedAt = now;
            state = last;
            return true;
        }
    }

    /** Ends its readers, whoever waits for its start, and the pump. */
    void fail(RuntimeException error) {
        log.fail(error);
        started.tryEmitError(error);
        stopped.tryEmitEmpty();
    }
}
