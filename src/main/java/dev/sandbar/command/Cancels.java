package dev.sandbar.command;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Ends process groups, and makes sure that nothing is left of them. */
final class Cancels {

    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final long FIRST_PAUSE_MILLIS = 2;
    private static final long LONGEST_PAUSE_MILLIS = 100;
    private static final int DOUBLINGS = 6;

    private final Scheduler timer;

    Cancels(Scheduler timer) {
        this.timer = timer;
    }

    /** Completes when nothing is left of the group; meanwhile the agent doesn't forget it. */
    Mono<Void> cancel(Command command, Duration grace) {
        Mono<Void> terminated = signal(command, SIGTERM).then(gone(command, grace));
        Mono<Void> killed = signal(command, SIGKILL).then(gone(command, KILL_LIMIT));
        Mono<Void> work = terminated
                .onErrorResume(TimeoutException.class, late -> killed)
                .onErrorResume(TimeoutException.class, late -> Mono.error(survived(command)));
        return Mono.defer(() -> {
            command.hold();
            if (!command.isDecided()) command.noteCancel();
            return work.doOnTerminate(command::release).doOnCancel(command::release);
        });
    }

    private static AgentGoneException survived(Command command) {
        return new AgentGoneException("the processes of command " + command.id() + " could not be killed", null);
    }

    private static Mono<Void> signal(Command command, int signal) {
        return Mono.defer(() -> command.agent().signal(command.id(), signal))
                .onErrorResume(AgentException.class, Cancels::unlessGone);
    }

    private Mono<Void> gone(Command command, Duration within) {
        return Mono.defer(() -> command.agent().signal(command.id(), 0))
                .thenReturn(false)
                .onErrorResume(AgentException.class, error -> unlessGone(error).thenReturn(true))
                .filter(gone -> gone)
                .repeatWhenEmpty(Integer.MAX_VALUE, this::pauses)
                .timeout(within, timer)
                .then();
    }

    private static Mono<Void> unlessGone(AgentException error) {
        return error.code() == AgentException.Code.NOT_FOUND ? Mono.empty() : Mono.error(error);
    }

    private Flux<Long> pauses(Flux<Long> tries) {
        return tries.concatMap(number -> Mono.delay(pause(number), timer), 1);
    }

    private static Duration pause(long number) {
        long doubled = FIRST_PAUSE_MILLIS << Math.min(number, DOUBLINGS);
        return Duration.ofMillis(Math.min(doubled, LONGEST_PAUSE_MILLIS));
    }
}
