package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.DiskUse;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.SandboxLostException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.Usage;
import dev.sandbar.runtime.UsageUnknownException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A runtime that a test holds up and lets fail; it counts what lives, so that a leak shows. */
final class ScriptedRuntime implements SandboxRuntime {

    final Set<String> living = ConcurrentHashMap.newKeySet();
    final List<Instant> deadlines = new CopyOnWriteArrayList<>();
    final Map<String, Sinks.Empty<Void>> gone = new ConcurrentHashMap<>();
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger destroys = new AtomicInteger();
    volatile @Nullable DiskUse disk;
    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger countings = new AtomicInteger();
    volatile Mono<Void> beforeStart = Mono.empty();
    volatile Mono<Void> beforeDestroy = Mono.empty();
    volatile Mono<Usage> usage = Mono.error(new UsageUnknownException("scripted"));

    @Override
    public RuntimeCapabilities capabilities() {
        return new RuntimeCapabilities("scripted", List.of("base"), List.of("user"), Map.of(), List.of());
    }

    @Override
    public Mono<Agent> start(SandboxSpec spec) {
        return Mono.defer(() -> {
            starts.incrementAndGet();
            living.add(spec.sandboxId());
            return beforeStart.then(Mono.fromSupplier(() -> agent(spec.sandboxId())));
        });
    }

    @Override
    public Mono<DiskUse> disk(boolean shares) {
        (shares ? countings : looks).incrementAndGet();
        return Mono.justOrEmpty(disk);
    }

    @Override
    public String handle() {
        return "scripted";
    }

    @Override
    public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
        return Mono.fromSupplier(() -> {
            if (!living.contains(sandboxId)) {
                throw new SandboxLostException(SandboxLostException.Reason.AGENT_GONE, sandboxId);
            }
            deadlines.add(deadline);
            return agent(sandboxId);
        });
    }

    @Override
    public Mono<Strain> strain(String sandboxId) {
        return Mono.error(new UsageUnknownException("scripted"));
    }

    @Override
    public Mono<Integer> sweep(Set<String> keep) {
        return Mono.just(0);
    }

    private Agent agent(String id) {
        Sinks.Empty<Void> end = gone.computeIfAbsent(id, key -> Sinks.empty());
        return (Agent) Proxy.newProxyInstance(
                Agent.class.getClassLoader(), new Class<?>[] {Agent.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("gone")) return end.asMono();
                    if (method.getName().equals("deadline")) {
                        return Mono.fromRunnable(() -> deadlines.add((Instant) arguments[0]));
                    }
                    if (method.getReturnType().equals(Mono.class) && arguments.length == 2) return Mono.empty();
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    @Override
    public Mono<Usage> usage(String sandboxId) {
        return usage;
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        return Mono.defer(() -> {
            destroys.incrementAndGet();
            return beforeDestroy.then(Mono.fromRunnable(() -> {
                living.remove(sandboxId);
                Sinks.Empty<Void> end = gone.remove(sandboxId);
                if (end != null) end.tryEmitEmpty();
            }));
        });
    }
}
