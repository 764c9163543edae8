package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.Agent;
import reactor.core.publisher.Mono;

/** Ends sandboxes whose agents are gone. */
final class Watches {

    private final BackgroundTasks tasks;
    private final Ending ending;

    Watches(BackgroundTasks tasks, Ending ending) {
        this.tasks = tasks;
        this.ending = ending;
    }

    /** Begins now, and lasts as long as the agent; false when there is no room for another. */
    boolean watch(Entry entry, Sandbox sandbox, Agent agent) {
        long life = sandbox.incarnation();
        Mono<Void> end = Mono.fromRunnable(() -> ending.want(entry, life, EndCause.AGENT_GONE));
        return Owned.begin(tasks, "Watch of " + sandbox.id(), agent.gone().then(end));
    }
}
