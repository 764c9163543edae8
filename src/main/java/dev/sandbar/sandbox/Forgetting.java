package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.SandboxRuntime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Forgets sandboxes that ended long enough ago: what is left of their files, what listeners keep, then the record. */
final class Forgetting {

    private static final Logger log = LoggerFactory.getLogger(Forgetting.class);
    private static final Duration DESTROY_LIMIT = Duration.ofSeconds(30);
    private static final int AT_ONCE = 8;

    private final Ended ended;
    private final Records records;
    private final SandboxRuntime runtime;
    private final Listeners listeners;
    private final BackgroundTasks tasks;
    private final Clock clock;

    Forgetting(Parts parts) {
        this.ended = parts.ended();
        this.records = parts.records();
        this.runtime = parts.runtime();
        this.listeners = parts.listeners();
        this.tasks = parts.tasks();
        this.clock = parts.clock();
    }

    /** Begins with what is due; not lazy. */
    void look() {
        List<Ended.Mark> due = ended.due(clock.instant());
        if (due.isEmpty()) return;
        Mono<Void> work =
                Flux.fromIterable(due).flatMap(this::forget, AT_ONCE).then().doFinally(signal -> over(due));
        if (!Owned.begin(tasks, "Forgetting of sandboxes", work)) over(due);
    }

    private static void over(List<Ended.Mark> begun) {
        begun.forEach(mark -> mark.due().over());
    }

    private Mono<Void> forget(Ended.Mark mark) {
        return records.read(mark.id())
                .flatMap(kept -> forget(mark, kept))
                .then(Mono.<Void>fromRunnable(() -> ended.remove(mark)))
                .onErrorResume(error -> later(mark, error));
    }

    private Mono<Void> forget(Ended.Mark mark, Records.Kept kept) {
        Mono<Void> files = mark.files() ? runtime.destroy(mark.id()).timeout(DESTROY_LIMIT) : Mono.empty();
        return files.then(listeners.forgotten(kept.sandbox())).then(records.remove(kept));
    }

    private Mono<Void> later(Ended.Mark mark, Throwable error) {
        int failures = mark.due().failed(clock.instant());
        if (failures == 1) log.warn("Sandbox {} can't be forgotten yet", mark.id(), error);
        return Mono.empty();
    }
}
