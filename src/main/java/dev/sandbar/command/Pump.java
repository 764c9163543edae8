package dev.sandbar.command;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.ProcessEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Moves one command's output from the agent into its log, as long as the command lives.
 *
 * <p>Where its connection breaks it comes back at the offset that it has reached; when that fails too often the command
 * is lost, which is not an end that anybody reports as one.
 */
final class Pump {

    private static final int PREFETCH = 16;
    private static final int ACKNOWLEDGE_EVERY = 64 * 1024;

    private final Command command;
    private final Scheduler timer;
    private Sinks.Many<Long> acknowledged = Sinks.many().multicast().directBestEffort();
    private long acknowledgedUntil;
    private boolean begun;

    Pump(Command command, Scheduler timer) {
        this.command = command;
        this.timer = timer;
    }

    /** Completes when the command has ended or is not watched any more; fails when it could not be started or is lost. */
    Mono<Void> run() {
        Flux<ProcessEvent> events = Flux.defer(this::converse).retryWhen(again());
        return events.concatMapDelayError(this::take, PREFETCH)
                .then(Mono.<Void>defer(this::verify))
                .takeUntilOther(command.whenStopped())
                .onErrorResume(RuntimeException.class, this::giveUp);
    }

    private Flux<ProcessEvent> converse() {
        acknowledged = Sinks.many().multicast().directBestEffort();
        if (!begun) {
            begun = true;
            return command.agent().start(command.request().toSpec(command.id()), acknowledged.asFlux());
        }
        return command.agent().attach(command.id(), command.log().end(), acknowledged.asFlux());
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
        if (event instanceof ProcessEvent.Output output) return take(output);
        if (event instanceof ProcessEvent.Started started) command.running(started.pid(), now());
        else if (event instanceof ProcessEvent.Exited exited) end(exited);
        return Mono.empty();
    }

    private Mono<Void> take(ProcessEvent.Output output) {
        long before = command.log().end();
        Mono<Void> room = command.log().append(output, now().toEpochMilli());
        long end = command.log().end();
        command.count(output.stream(), (int) Math.min(end - before, output.bytes().length));
        if (end - acknowledgedUntil >= ACKNOWLEDGE_EVERY) {
            acknowledgedUntil = end;
            acknowledged.tryEmitNext(end);
        }
        return room;
    }

    private void end(ProcessEvent.Exited exited) {
        Cause cause = cause(exited);
        CommandState last = exited.signalled()
                ? new CommandState.Signalled(exited.code(), cause)
                : new CommandState.Exited(exited.code(), cause);
        if (command.end(last, now())) {
            command.log().finish(last, now());
        }
        acknowledged.tryEmitComplete();
        acknowledged.tryEmitComplete();
    }

    private Cause cause(ProcessEvent.Exited exited) {
        if (exited.timedOut()) return Cause.TIMEOUT;
        return exited.signalled() && command.wasSentByClient(exited.code()) ? Cause.CLIENT : Cause.EXITED;
    }

    /** The agent's stream has ended well: it must have told an end. */
    private Mono<Void> verify() {
        return command.state().ended() ? Mono.empty() : Mono.error(new AgentGoneException("no exit was told", null));
    }

    private Mono<Void> giveUp(RuntimeException error) {
        boolean starting = command.state() instanceof CommandState.Starting;
        String reason = String.valueOf(error.getMessage());
        if (!command.end(new CommandState.Failed(reason), now())) return Mono.empty();
        command.fail(starting ? error : new CommandException.Lost("command " + command.id() + " is lost: " + reason));
        return starting && error instanceof AgentGoneException ? killInCase() : Mono.empty();
    }

    /** The agent may have started what it couldn't report any more; nobody would watch it. */
    private Mono<Void> killInCase() {
        return command.agent().signal(command.id(), 9).onErrorComplete(error -> isOfAgent(error));
    }

    private static boolean isOfAgent(Throwable error) {
        return error instanceof AgentException || error instanceof AgentGoneException;
    }

    private Instant now() {
        return Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
    }
}
