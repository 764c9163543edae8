package dev.sandbar.runtime;

import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Opens the channel to an agent; given to a runtime by whoever puts the service together. */
@FunctionalInterface
public interface AgentConnector {

    /**
     * Connects to the agent behind this Unix socket and emits it when it has greeted. Lazy; cancelling closes what was
     * opened. Fails with {@link AgentGoneException} when nobody answers in time or it bears another mark, and with
     * {@link RuntimeUnavailableException} when too many agents are connected.
     *
     * @param mark which the agent was started with: names instance and sandbox
     */
    Mono<Agent> connect(Path socket, String mark);
}
