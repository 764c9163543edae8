package dev.sandbar.session;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.SandboxLostException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.Usage;
import dev.sandbar.runtime.UsageUnknownException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** A runtime for many threads, which takes a moment for each sandbox and knows which ones live. */
final class CountingMachine implements SandboxRuntime {

    final Set<String> living = ConcurrentHashMap.newKeySet();
    private final Map<String, FakeAgent> agents = new ConcurrentHashMap<>();

    @Override
    public RuntimeCapabilities capabilities() {
        return new RuntimeCapabilities("counting", List.of("base"), List.of("user"), Map.of(), List.of());
    }

    @Override
    public String handle() {
        return "counting";
    }

    @Override
    public Mono<Agent> start(SandboxSpec spec) {
        return Mono.delay(Duration.ofMillis(1)).map(late -> {
            living.add(spec.sandboxId());
            return agents.computeIfAbsent(spec.sandboxId(), id -> new FakeAgent())
                    .agent();
        });
    }

    @Override
    public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
        return Mono.error(new SandboxLostException(SandboxLostException.Reason.AGENT_GONE, sandboxId));
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        return Mono.fromRunnable(() -> {
            living.remove(sandboxId);
            FakeAgent agent = agents.remove(sandboxId);
            if (agent != null) agent.end();
        });
    }

    @Override
    public Mono<Usage> usage(String sandboxId) {
        return Mono.error(new UsageUnknownException("counting"));
    }

    @Override
    public Mono<Strain> strain(String sandboxId) {
        return Mono.error(new UsageUnknownException("counting"));
    }

    @Override
    public Mono<Integer> sweep(Set<String> keep) {
        return Mono.just(0);
    }
}
