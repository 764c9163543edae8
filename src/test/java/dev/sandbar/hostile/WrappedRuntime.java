package dev.sandbar.hostile;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.Usage;
import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Another runtime, with something put between it and the agents that it starts. */
record WrappedRuntime(SandboxRuntime wrapped, UnaryOperator<Mono<Agent>> agent) implements SandboxRuntime {

    @Override
    public RuntimeCapabilities capabilities() {
        return wrapped.capabilities();
    }

    @Override
    public String handle() {
        return wrapped.handle();
    }

    @Override
    public Mono<Agent> start(SandboxSpec spec) {
        return agent.apply(wrapped.start(spec));
    }

    @Override
    public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
        return wrapped.adopt(sandboxId, handle, deadline);
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        return wrapped.destroy(sandboxId);
    }

    @Override
    public Mono<Usage> usage(String sandboxId) {
        return wrapped.usage(sandboxId);
    }

    @Override
    public Mono<Strain> strain(String sandboxId) {
        return wrapped.strain(sandboxId);
    }

    @Override
    public Mono<Integer> sweep(Set<String> keep) {
        return wrapped.sweep(keep);
    }
}
