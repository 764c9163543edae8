package dev.sandbar.runtime;

import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Opens the channel to an agent; given to a runtime by whoever puts the service together. */
@FunctionalInterface
public interface AgentConnector {

    /**
     * Connects to the agent behind this Unix socket and emits it when it has greeted. Lazy; cancelling closes what was
     * opened. Fails with {@link AgentGoneException} when nobody answers in time.
     */
    Mono<Agent> connect(Path socket);
}
