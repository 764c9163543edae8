package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.SandboxRuntime;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Destroys what this instance has on the host without a record; what fails is owed and tried again. */
final class Leftovers {

    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final SandboxRuntime runtime;
    private final Entries entries;
    private final Ended ended;
    private final BackgroundTasks tasks;
    private final Clock clock;
    private final Due due = new Due();
    private volatile Set<String> unreadable = Set.of();
    private volatile boolean owed;

    Leftovers(Parts parts) {
        this.runtime = parts.runtime();
        this.entries = parts.entries();
        this.ended = parts.ended();
        this.tasks = parts.tasks();
        this.clock = parts.clock();
    }

    /** Leaves these alone for the whole run: nobody knows what they are. */
    void spare(Set<String> ids) {
        unreadable = Set.copyOf(ids);
    }

    /** Whether this is one of those that are left alone. */
    boolean spares(String id) {
        return unreadable.contains(id);
    }

    /** Emits how many there were, 0 when it failed and is owed. Lazy. */
    Mono<Integer> sweep() {
        return Mono.defer(() -> runtime.sweep(keep()))
                .timeout(LIMIT)
                .doOnNext(swept -> owed = false)
                .onErrorResume(this::failed);
    }

    /** Tries again what is owed; not lazy. */
    void look() {
        if (!owed || !due.begin(clock.instant())) return;
        Mono<Integer> sweep = sweep().doFinally(signal -> due.over());
        if (!Owned.begin(tasks, "Sweep of the host", sweep)) due.over();
    }

    private Set<String> keep() {
        Set<String> keep = new HashSet<>(unreadable);
        keep.addAll(ended.withFiles());
        entries.all().forEach(entry -> keep.add(entry.id()));
        return keep;
    }

    private Mono<Integer> failed(Throwable error) {
        owed = true;
        int failures = due.failed(clock.instant());
        if (failures == 1) log.warn("What is on the host without a record can't be destroyed yet", error);
        return Mono.just(0);
    }
}
