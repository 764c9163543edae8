package dev.sandbar.session;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A machine, as slow and as faulty as a test wants it: what is on it outlives the service. */
final class Machine {

    final Map<String, Box> boxes = new LinkedHashMap<>();
    final List<String> started = new ArrayList<>();
    Duration creationTakes = Duration.ZERO;
    /** How often it is looked for before it is shown. */
    int hiddenFor;
    /** What is shown instead of what was asked for. */
    @Nullable Limits shows;

    @Nullable RuntimeException creationFails;

    @Nullable RuntimeException sightingFails;

    @Nullable RuntimeException destructionFails;

    boolean creationHangs;
    int making;
    int mostMaking;

    /** A sandbox. */
    static final class Box {
        final Limits limits;
        final FakeAgent agent;
        int looks;

        Box(Limits limits, FakeAgent agent) {
            this.limits = limits;
            this.agent = agent;
        }
    }

    Mono<Agent> make(String id, Limits limits) {
        return Mono.defer(() -> {
            started.add(id);
            if (creationFails != null) return Mono.error(creationFails);
            boxes.put(id, new Box(limits, new FakeAgent()));
            mostMaking = Math.max(mostMaking, ++making);
            Mono<Agent> made = Mono.fromSupplier(() -> box(id).agent.agent());
            Mono<Agent> answer = creationHangs ? Mono.never() : made;
            return (creationTakes.isZero() ? answer : Mono.delay(creationTakes).then(answer))
                    .doOnTerminate(() -> making--)
                    .doOnCancel(() -> making--);
        });
    }

    Mono<Limits> shown(String id) {
        return Mono.defer(() -> {
            if (sightingFails != null) return Mono.error(sightingFails);
            Box box = box(id);
            if (box.looks++ < hiddenFor) return Mono.empty();
            return Mono.just(shows == null ? box.limits : shows);
        });
    }

    void destroy(String id) {
        if (destructionFails != null) throw destructionFails;
        Box box = boxes.remove(id);
        if (box != null) box.agent.end();
    }

    Box box(String id) {
        Box box = boxes.get(id);
        if (box == null) throw new dev.sandbar.runtime.RuntimeUnavailableException("there is no " + id);
        return box;
    }
}
