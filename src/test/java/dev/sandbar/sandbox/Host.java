package dev.sandbar.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A machine: what is on it outlives the service. */
final class Host {

    final Set<String> processes = new TreeSet<>();
    final Set<String> files = new TreeSet<>();
    final Map<String, Instant> deadlines = new HashMap<>();
    private final Map<String, Sinks.Empty<Void>> gone = new HashMap<>();
    Duration adoptionTakes = Duration.ZERO;
    int mostAdoptions;
    private int adoptions;
    private int boot;

    /** As long as an adoption takes here. */
    <T> Mono<T> adoption(Mono<T> work) {
        if (adoptionTakes.isZero()) return work;
        return Mono.delay(adoptionTakes)
                .doOnSubscribe(subscription -> mostAdoptions = Math.max(mostAdoptions, ++adoptions))
                .doOnTerminate(() -> adoptions--)
                .then(work);
    }

    String handle() {
        return "host:" + boot;
    }

    void make(String id) {
        files.add(id);
        processes.add(id);
    }

    void destroy(String id) {
        end(id);
        files.remove(id);
        deadlines.remove(id);
    }

    /** Ends its processes only. */
    void end(String id) {
        processes.remove(id);
        gone(id).tryEmitEmpty();
        gone.remove(id);
    }

    void reboot() {
        boot++;
        new HashSet<>(processes).forEach(this::end);
    }

    Sinks.Empty<Void> gone(String id) {
        return gone.computeIfAbsent(id, key -> Sinks.empty());
    }
}
