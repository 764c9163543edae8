package dev.sandbar.command;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Makes an agent forget processes that nobody follows. */
final class Leftovers {

    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int SIGKILL = 9;

    private final Scheduler timer;

    Leftovers(Scheduler timer) {
        this.timer = timer;
    }

    /** Kills a process with its group where it runs, and lets the agent forget it; never fails. */
    Mono<Void> discard(Agent agent, ProcessInfo process) {
        Mono<Void> killed = process.running() ? kill(agent, process) : Mono.empty();
        return killed.then(forget(agent, process))
                .timeout(LIMIT, timer)
                .onErrorResume(error -> left(process.id(), error));
    }

    /** The same for one of which nothing but its id is known, if it is there at all. */
    Mono<Void> discard(Agent agent, String processId) {
        Mono<Void> forgotten = agent.processes()
                .filter(process -> process.id().equals(processId))
                .concatMap(process -> discard(agent, process))
                .then()
                .timeout(LIMIT, timer)
                .onErrorResume(error -> left(processId, error));
        return agent.signal(processId, SIGKILL)
                .onErrorComplete(Leftovers::isOfAgent)
                .then(forgotten);
    }

    private static Mono<Void> kill(Agent agent, ProcessInfo process) {
        return agent.signal(process.id(), SIGKILL).onErrorComplete(AgentException.class);
    }

    private static Mono<Void> forget(Agent agent, ProcessInfo process) {
        return Mono.defer(() -> {
            Sinks.Empty<Long> exitTaken = Sinks.empty();
            Flux<ProcessEvent> rest = agent.attach(process.id(), process.endOffset(), exitTaken.asMono());
            return rest.filter(ProcessEvent.Exited.class::isInstance)
                    .doOnNext(exit -> exitTaken.tryEmitEmpty())
                    .then();
        });
    }

    private static Mono<Void> left(String processId, Throwable error) {
        log.debug("Process {} was left to its agent", processId, isOfAgent(error) ? null : error);
        return Mono.empty();
    }

    private static boolean isOfAgent(Throwable error) {
        return error instanceof AgentException || error instanceof AgentGoneException;
    }
}
