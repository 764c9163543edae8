package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxLostException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.Usage;
import dev.sandbar.runtime.UsageUnknownException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** A runtime as one run of the service meets it, on a machine that outlives it. */
final class HostRuntime implements SandboxRuntime {

    private final Set<String> known = new HashSet<>();
    private final Host host;
    private final Faults faults;

    HostRuntime(Host host, Faults faults) {
        this.host = host;
        this.faults = faults;
    }

    @Override
    public RuntimeCapabilities capabilities() {
        return new RuntimeCapabilities("host", List.of("base"), List.of("user"), Map.of(), List.of());
    }

    @Override
    public String handle() {
        return host.handle();
    }

    @Override
    public Mono<Agent> start(SandboxSpec spec) {
        return step("start", Mono.fromSupplier(() -> {
            known.add(spec.sandboxId());
            host.make(spec.sandboxId());
            return agent(spec.sandboxId());
        }));
    }

    @Override
    public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
        return step("adopt", host.adoption(Mono.fromSupplier(() -> {
            known.add(sandboxId);
            if (!handle.equals(host.handle())) throw lost(SandboxLostException.Reason.HOST_RESTARTED, sandboxId);
            if (!host.processes.contains(sandboxId)) throw lost(SandboxLostException.Reason.AGENT_GONE, sandboxId);
            host.deadlines.put(sandboxId, deadline);
            return agent(sandboxId);
        })));
    }

    private static SandboxLostException lost(SandboxLostException.Reason reason, String id) {
        return new SandboxLostException(reason, id);
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        return step("destroy", Mono.fromRunnable(() -> host.destroy(sandboxId)));
    }

    @Override
    public Mono<Usage> usage(String sandboxId) {
        return Mono.error(new UsageUnknownException("host"));
    }

    @Override
    public Mono<Strain> strain(String sandboxId) {
        return Mono.error(new UsageUnknownException("host"));
    }

    @Override
    public Mono<Integer> sweep(Set<String> keep) {
        return step("sweep", Mono.fromSupplier(() -> {
            Set<String> marked = new HashSet<>(host.files);
            marked.addAll(host.processes);
            marked.removeAll(keep);
            marked.removeAll(known);
            marked.forEach(host::destroy);
            return marked.size();
        }));
    }

    private Agent agent(String id) {
        Mono<Void> gone = host.gone(id).asMono();
        return (Agent) Proxy.newProxyInstance(
                Agent.class.getClassLoader(), new Class<?>[] {Agent.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "gone" -> gone;
                        case "deadline" -> deadline(id, (Instant) arguments[0]);
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    private Mono<Void> deadline(String id, Instant at) {
        AgentGoneException failure = new AgentGoneException("it was told to fail", null);
        return faults.step("deadline", Mono.fromRunnable(() -> host.deadlines.put(id, at)), failure, failure);
    }

    private <T> Mono<T> step(String name, Mono<T> work) {
        RuntimeUnavailableException failure = new RuntimeUnavailableException("it was told to fail");
        return faults.step(name, work, failure, failure);
    }
}
