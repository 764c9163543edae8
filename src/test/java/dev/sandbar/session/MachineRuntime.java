package dev.sandbar.session;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxLostException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.Usage;
import dev.sandbar.runtime.UsageUnknownException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** A runtime as one run of the service meets it. */
final class MachineRuntime implements SandboxRuntime {

    private final Set<String> known = new HashSet<>();
    private final Machine machine;
    private final Faults faults;

    MachineRuntime(Machine machine, Faults faults) {
        this.machine = machine;
        this.faults = faults;
    }

    @Override
    public RuntimeCapabilities capabilities() {
        return new RuntimeCapabilities("machine", List.of("base"), List.of("user"), Map.of(), List.of());
    }

    @Override
    public String handle() {
        return "machine";
    }

    @Override
    public Mono<Agent> start(SandboxSpec spec) {
        known.add(spec.sandboxId());
        return step("start", machine.make(spec.sandboxId(), spec.limits()))
                .doOnCancel(() -> machine.boxes.remove(spec.sandboxId()));
    }

    @Override
    public Mono<Limits> shown(SandboxSpec spec) {
        return step("shown", machine.shown(spec.sandboxId()));
    }

    @Override
    public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
        return step("adopt", Mono.fromSupplier(() -> {
            known.add(sandboxId);
            Machine.Box box = machine.boxes.get(sandboxId);
            if (box == null) throw new SandboxLostException(SandboxLostException.Reason.AGENT_GONE, sandboxId);
            return box.agent.agent();
        }));
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        return step("destroy", Mono.fromRunnable(() -> machine.destroy(sandboxId)));
    }

    @Override
    public Mono<Usage> usage(String sandboxId) {
        return Mono.error(new UsageUnknownException("machine"));
    }

    @Override
    public Mono<Strain> strain(String sandboxId) {
        return Mono.error(new UsageUnknownException("machine"));
    }

    @Override
    public Mono<Integer> sweep(Set<String> keep) {
        return Mono.fromSupplier(() -> {
            Set<String> strangers = new HashSet<>(machine.boxes.keySet());
            strangers.removeAll(keep);
            strangers.removeAll(known);
            strangers.forEach(machine::destroy);
            return strangers.size();
        });
    }

    private <T> Mono<T> step(String name, Mono<T> work) {
        return faults.step(name, work, new RuntimeUnavailableException("it was told to fail"));
    }
}
