package dev.sandbar.session;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The tool calls of one session that go on. Thread-safe; none waits. */
final class Runs {

    private final Set<Run> running = new HashSet<>();
    private Sinks.Empty<Void> idle = Sinks.empty();

    /** One call. */
    static final class Run {

        private final Sinks.Empty<Void> stop = Sinks.empty();

        boolean interrupted() {
            return stop.scanOrDefault(Scannable.Attr.TERMINATED, false);
        }

        /** Completes when it is interrupted. */
        Mono<Void> stopped() {
            return stop.asMono();
        }
    }

    synchronized Run enter() {
        Run run = new Run();
        running.add(run);
        return run;
    }

    void leave(Run run) {
        Sinks.Empty<Void> told;
        synchronized (this) {
            if (!running.remove(run) || !running.isEmpty()) return;
            told = idle;
            idle = Sinks.empty();
        }
        told.tryEmitEmpty();
    }

    /** Ends those that run now, and no later one. */
    void interrupt() {
        List<Run> all;
        synchronized (this) {
            all = List.copyOf(running);
        }
        all.forEach(run -> run.stop.tryEmitEmpty());
    }

    synchronized int size() {
        return running.size();
    }

    /** Completes when none runs. */
    Mono<Void> none() {
        return Mono.defer(() -> {
            synchronized (this) {
                return running.isEmpty() ? Mono.empty() : idle.asMono();
            }
        });
    }
}
