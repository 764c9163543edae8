package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.SandboxRuntime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Carries out ends: tells the listeners, destroys, verifies, and only then forgets; owes what failed. */
final class SandboxEnds {

    private static final Logger log = LoggerFactory.getLogger(SandboxEnds.class);
    private static final Duration LISTENER_LIMIT = Duration.ofSeconds(2);
    private static final Duration DESTROY_LIMIT = Duration.ofSeconds(30);

    private final SandboxTable table;
    private final SandboxRuntime runtime;
    private final BackgroundTasks tasks;
    private final Clock clock;
    private final List<SandboxListener> listeners;

    SandboxEnds(
            SandboxTable table,
            SandboxRuntime runtime,
            BackgroundTasks tasks,
            Clock clock,
            List<SandboxListener> listeners) {
        this.table = table;
        this.runtime = runtime;
        this.tasks = tasks;
        this.clock = clock;
        this.listeners = List.copyOf(listeners);
    }

    /** Begins the end now, or joins the one that has begun; emits the outcome. */
    Mono<Void> begin(Entry entry, EndCause cause) {
        if (entry.beginEnd(cause)) {
            carryOut(entry);
        }
        return entry.ended();
    }

    /** Begins the end where the deadline has passed, or another attempt where one is owed. */
    void expire(Entry entry) {
        Instant now = clock.instant();
        if (entry.beginExpiry(now) || entry.beginRetry(now)) {
            carryOut(entry);
        }
    }

    private void carryOut(Entry entry) {
        Sandbox sandbox = entry.now();
        Mono<Void> work = entry.created()
                .then(tell(sandbox, entry.cause()))
                .then(runtime.destroy(sandbox.id()))
                .timeout(DESTROY_LIMIT);
        tasks.start("End of " + sandbox.id(), outcome(entry, work));
    }

    private Mono<Void> tell(Sandbox sandbox, EndCause cause) {
        return Flux.fromIterable(listeners)
                .concatMap(listener -> Mono.defer(() -> listener.ending(sandbox, cause))
                        .timeout(LISTENER_LIMIT)
                        .onErrorResume(error -> untold(sandbox, error)))
                .then();
    }

    private static Mono<Void> untold(Sandbox sandbox, Throwable error) {
        log.warn("The end of {} goes on without a listener's answer", sandbox.id(), error);
        return Mono.empty();
    }

    private Mono<Void> outcome(Entry entry, Mono<Void> work) {
        return work.doOnSuccess(done -> verified(entry)).onErrorResume(error -> owed(entry, error));
    }

    private void verified(Entry entry) {
        Sandbox sandbox = entry.now();
        log.info("Sandbox {} of {} has ended: {}", sandbox.id(), sandbox.owner(), entry.cause());
        table.leave(sandbox.id());
        entry.endVerified();
    }

    private Mono<Void> owed(Entry entry, Throwable error) {
        log.warn(
                "Sandbox {} could not be ended yet and will be tried again",
                entry.now().id(),
                error);
        entry.endFailed(error, clock.instant());
        return Mono.empty();
    }
}
