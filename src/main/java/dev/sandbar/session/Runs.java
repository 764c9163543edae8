package dev.sandbar.session;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The tool calls of one session that go on. Thread-safe; none waits. */
final class Runs {

    private final Set<Run> running = new HashSet<>();
    private Sinks.Empty<Void> idle = Sinks.empty();

    /** One call. */
    static final class Run {

        private final Sinks.One<Cut> stop = Sinks.one();
        private volatile @Nullable Cut cut;

        /** Why it was cut; null where it wasn't. */
        @Nullable Cut cut() {
            return cut;
        }

        /** Emits when it is cut. */
        Mono<Cut> stopped() {
            return stop.asMono();
        }

        private synchronized void cut(Cut why) {
            if (cut == null) cut = why;
            stop.tryEmitValue(why);
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
    void cut(Cut why) {
        List<Run> all;
        synchronized (this) {
            all = List.copyOf(running);
        }
        all.forEach(run -> run.cut(why));
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
