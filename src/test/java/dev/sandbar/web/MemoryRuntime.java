package dev.sandbar.web;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeUnavailableException;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** A runtime whose sandboxes are objects in memory, with files and processes of real bytes. */
final class MemoryRuntime implements SandboxRuntime {

    private static final long MIB = 1024 * 1024;

    private final Map<String, MemoryAgent> agents = new ConcurrentHashMap<>();
    private final AtomicInteger looks = new AtomicInteger();
    volatile boolean refusing;
    volatile Mono<Void> beforeStart = Mono.empty();
    volatile boolean measuring = true;

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
        return Mono.defer(() -> beforeStart).then(Mono.fromSupplier(() -> {
            if (refusing) throw new RuntimeUnavailableException("out of process ids");
            return agents.computeIfAbsent(spec.sandboxId(), id -> new MemoryAgent());
        }));
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        return Mono.fromRunnable(() -> agents.remove(sandboxId));
    }

    /** Each look finds 50 ms more of processor time than the one before, 1 MiB in use and 2 MiB of cache. */
    @Override
    public Mono<Usage> usage(String sandboxId) {
        return Mono.fromSupplier(() -> {
            if (!measuring) throw new UsageUnknownException("it has no kernel");
            if (!agents.containsKey(sandboxId)) throw new RuntimeUnavailableException("gone");
            Duration cpu = Duration.ofMillis(50L * looks.incrementAndGet());
            return new Usage(Instant.now(), cpu, MIB, 2 * MIB, 512 * MIB, 3 * MIB, 4 * MIB);
        });
    }

    @Override
    public String handle() {
        return "memory";
    }

    @Override
    public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
        return Mono.<Agent>fromSupplier(() -> agents.get(sandboxId))
                .switchIfEmpty(Mono.error(
                        () -> new SandboxLostException(SandboxLostException.Reason.AGENT_GONE, "not in memory")));
    }

    @Override
    public Mono<Strain> strain(String sandboxId) {
        return Mono.error(new UsageUnknownException("it has no kernel"));
    }

    @Override
    public Mono<Integer> sweep(Set<String> keep) {
        return Mono.just(0);
    }

    MemoryAgent agent(String id) {
        return Objects.requireNonNull(agents.get(id));
    }
}
