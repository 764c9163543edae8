package dev.sandbar.command;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import dev.sandbar.store.Journal;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Sees one command through: records it, starts it or takes it up again, moves its output from the agent into its log and
 * to disk, and records its end. Only what is on disk is acknowledged to the agent, and an end only when it is recorded.
 *
 * <p>Where its connection breaks it comes back at the offset that it has reached; when that fails too often the command
 * is lost, which is not an end that anybody reports as one.
 */
final class Pump {

    private static final int PREFETCH = 16;
    private static final int ACKNOWLEDGE_EVERY = 64 * 1024;

    private final Command command;
    private final CommandRecords records;
    private final Strains strains;
    private final Causes causes;
    private final Scheduler timer;
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private volatile Sinks.Many<Long> acknowledged = Sinks.many().multicast().directBestEffort();
    private long acknowledgedUntil;
    private boolean begun;

    Pump(Command command, CommandRecords records, Strains strains, Scheduler timer) {
        this.command = command;
        this.records = records;
        this.strains = strains;
        this.causes = new Causes(strains);
        this.timer = timer;
    }

    /**
     * Starts it when it is recorded; completes when all is done, or nothing is to be done any more, and fails when it could
     * not be started: nothing is left of it then.
     */
    Mono<Void> start() {
        return Mono.when(records.create(command), measured())
                .then(Mono.defer(() -> run(command.agent())))
                .takeUntilOther(command.whenAbandoned());
    }

    /** Takes up one that was started before. */
    Mono<Void> resume() {
        begun = true;
        return Mono.defer(() -> Mono.when(run(command.agent()), measured())).takeUntilOther(command.whenAbandoned());
    }

    /** A command may meet a ceiling as soon as it runs, so that this is known before it does, if at all. */
    private Mono<Void> measured() {
        return strains.recent(command.sandboxId()).doOnNext(command::baseline).then();
    }

    /** Records an end that was decided, of one that nobody follows. */
    Mono<Void> conclude() {
        return Mono.defer(() -> command.isDecided() && !command.state().ended() ? recordEnd() : Mono.empty())
                .takeUntilOther(command.whenAbandoned());
    }

    private Mono<Void> run(Agent agent) {
        Flux<ProcessEvent> events = Flux.defer(() -> converse(agent)).retryWhen(again());
        Mono<Void> moving = events.concatMapDelayError(this::take, PREFETCH)
                .then(Mono.<Void>defer(this::verify))
                .takeUntilOther(command.whenStopped())
                .onErrorResume(RuntimeException.class, error -> giveUp(agent, error))
                .then(Mono.fromRunnable(command.log()::noMore));
        Mono<Void> writing =
                new DiskWriter(command, timer, this::onDisk).run().doOnSuccess(done -> drained.tryEmitEmpty());
        return Mono.when(moving, writing).then(conclude()).then(Mono.defer(this::rest));
    }

    /** No file stays open for one that has ended. */
    private Mono<Void> rest() {
        return command.log().written() == 0
                ? Mono.empty()
                : command.journal().flatMap(Journal::rest).onErrorComplete(StoreException.class);
    }

    private Flux<ProcessEvent> converse(Agent agent) {
        acknowledged = Sinks.many().multicast().directBestEffort();
        Flux<Long> offsets = acknowledged.asFlux();
        if (begun) return agent.attach(command.id(), command.log().end(), offsets);
        begun = true;
        if (command.isDecided()) return Flux.empty();
        ProcessSpec spec = command.request().toSpec(command.id());
        return agent.start(spec, offsets).retryWhen(whenThereIsRoom(agent));
    }

    /** An agent with much to do needs more than one try to forget what is left. */
    private Retry whenThereIsRoom(Agent agent) {
        return Retry.backoff(6, Duration.ofMillis(50))
                .maxBackoff(Duration.ofSeconds(2))
                .scheduler(timer)
                .filter(this::isInUse)
                .doBeforeRetryAsync(signal -> discard(agent))
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    /** By what is left of a start that could not be reported, and so counts as one that never was. */
    private boolean isInUse(Throwable error) {
        return error instanceof AgentException refused
                && refused.code() == AgentException.Code.EXISTS
                && !records.isUnreadable(command.sandboxId(), command.id());
    }

    private Retry again() {
        return Retry.backoff(8, Duration.ofMillis(50))
                .maxBackoff(Duration.ofSeconds(2))
                .transientErrors(true)
                .scheduler(timer)
                .filter(error -> error instanceof AgentGoneException && command.state() instanceof CommandState.Running)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    private Mono<Void> take(ProcessEvent event) {
        if (event instanceof ProcessEvent.Output output) {
            return command.log().append(output, now().toEpochMilli());
        }
        if (event instanceof ProcessEvent.Exited exited) return end(exited);
        command.running(((ProcessEvent.Started) event).pid(), now());
        return Mono.empty();
    }

    /** Called by the writer: what is on disk, the agent needn't keep. */
    private void onDisk(long offset) {
        if (offset - acknowledgedUntil < ACKNOWLEDGE_EVERY) return;
        acknowledgedUntil = offset;
        acknowledged.tryEmitNext(offset);
    }

    /** Acknowledged when all of its output is on disk, its end is recorded, and nobody needs its process group any more. */
    private Mono<Void> end(ProcessEvent.Exited exited) {
        command.log().noMore();
        return drained.asMono()
                .then(Mono.defer(() -> causes.of(command, exited)))
                .doOnNext(cause -> command.decide(last(exited, cause), now()))
                .then(Mono.defer(this::recordEnd))
                .then(command.whenReleased())
                .then(Mono.fromRunnable(() -> acknowledged.tryEmitComplete()));
    }

    private static CommandState last(ProcessEvent.Exited exited, Cause cause) {
        return exited.signalled()
                ? new CommandState.Signalled(exited.code(), cause)
                : new CommandState.Exited(exited.code(), cause);
    }

    private Mono<Void> recordEnd() {
        if (command.state().ended()) return Mono.empty();
        return records.end(command.record()).then(Mono.fromRunnable(command::end));
    }

    /** The agent's stream has ended well: it must have told an end. */
    private Mono<Void> verify() {
        return command.isDecided() ? Mono.empty() : Mono.error(new AgentGoneException("no exit was told", null));
    }

    private Mono<Void> giveUp(Agent agent, RuntimeException error) {
        boolean starting = command.state() instanceof CommandState.Starting;
        String reason = String.valueOf(error.getMessage());
        if (!command.decide(new CommandState.Failed(reason), now())) return Mono.empty();
        if (!starting) {
            command.fail(new CommandException.Lost("command " + command.id() + " is lost: " + reason));
            return Mono.empty();
        }
        Mono<Void> discarded = error instanceof AgentGoneException ? discard(agent) : Mono.empty();
        return discarded.then(records.remove(command)).then(Mono.error(error));
    }

    /** The agent may have started what it couldn't report any more; nobody would watch it. */
    private Mono<Void> discard(Agent agent) {
        return new Leftovers(timer).discard(agent, command.id());
    }

    private Instant now() {
        return Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
    }
}
