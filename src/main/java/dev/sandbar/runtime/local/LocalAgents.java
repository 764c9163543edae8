package dev.sandbar.runtime.local;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentConnector;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.SandboxLostException;
import dev.sandbar.runtime.SandboxLostException.Reason;
import java.time.Instant;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The agents of this instance's sandboxes, each at its place in the run directory and by its own mark.
 *
 * @param boot tells this start of the machine, and of the container, from all others
 */
record LocalAgents(AgentConnector connector, RunDirectory run, String instance, String boot) {

    /** Stands between the start of the machine and that of the container. */
    static final String WITHIN = "/";

    private static final String HANDLE = "local:";
    private static final Retry ONCE_MORE = Retry.max(1)
            .filter(AgentGoneException.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    String handle() {
        return HANDLE + boot;
    }

    /** As versions made it that knew of no containers. */
    private String olderHandle() {
        return HANDLE + boot.substring(0, boot.indexOf(WITHIN));
    }

    /** One that was started just now. */
    Mono<Agent> connect(String sandboxId, Instant deadline) {
        return connector
                .connect(run.socket(sandboxId), LaunchLine.mark(instance, sandboxId))
                .flatMap(agent -> agent.deadline(deadline).thenReturn(agent));
    }

    /** One of an earlier run. Asks twice: on a busy machine a living agent may be late. */
    Mono<Agent> find(String sandboxId, String recorded, Instant deadline) {
        if (!recorded.equals(handle()) && !recorded.equals(olderHandle()))
            return Mono.error(() -> otherHandle(recorded));
        return connect(sandboxId, deadline)
                .retryWhen(ONCE_MORE)
                .onErrorMap(AgentGoneException.class, LocalAgents::lost)
                .onErrorMap(AgentException.class, LocalAgents::lost);
    }

    private static SandboxLostException otherHandle(String recorded) {
        return recorded.startsWith(HANDLE)
                ? new SandboxLostException(Reason.HOST_RESTARTED, "the machine, or the container, was restarted since")
                : new SandboxLostException(Reason.AGENT_GONE, "this runtime did not make " + recorded);
    }

    private static SandboxLostException lost(RuntimeException gone) {
        return new SandboxLostException(Reason.AGENT_GONE, String.valueOf(gone.getMessage()));
    }
}
