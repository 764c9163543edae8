package dev.sandbar.web;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** A runtime whose sandboxes are objects in memory, with files and processes of real bytes. */
final class MemoryRuntime implements SandboxRuntime {

    private final Map<String, MemoryAgent> agents = new ConcurrentHashMap<>();
    volatile boolean refusing;

    @Override
    public RuntimeCapabilities capabilities() {
        return new RuntimeCapabilities(
                "memory",
                List.of("base"),
                List.of("user", "root"),
                Map.of("seccomp", RuntimeCapabilities.Layer.off("it has no kernel", "use another")),
                List.of());
    }

    @Override
    public Mono<Agent> start(SandboxSpec spec) {
        return Mono.fromSupplier(() -> {
            if (refusing) throw new RuntimeUnavailableException("out of process ids");
            return agents.computeIfAbsent(spec.sandboxId(), id -> new MemoryAgent());
        });
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        return Mono.fromRunnable(() -> agents.remove(sandboxId));
    }

    MemoryAgent agent(String id) {
        return Objects.requireNonNull(agents.get(id));
    }
}
