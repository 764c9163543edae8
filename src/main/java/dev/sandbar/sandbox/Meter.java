package dev.sandbar.sandbox;

import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.Usage;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Reads what a sandbox uses: twice, since a load is a difference. */
final class Meter {

    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final SandboxRuntime runtime;

    Meter(SandboxRuntime runtime) {
        this.runtime = runtime;
    }

    /** Lazy; cancelling ends the wait. */
    Mono<Reading> read(Sandbox sandbox) {
        Mono<Usage> usage = runtime.usage(sandbox.id());
        Mono<Usage> later = Mono.delay(INTERVAL).then(usage);
        return usage.flatMap(first -> later.map(second -> reading(sandbox, first, second)))
                .timeout(LIMIT);
    }

    private static Reading reading(Sandbox sandbox, Usage first, Usage second) {
        int cpus = sandbox.limits().cpus();
        long passed = Duration.between(first.at(), second.at()).toNanos();
        long used = second.cpuTime().minus(first.cpuTime()).toNanos();
        if (passed <= 0) throw new RuntimeUnavailableException("the clock was set back during a measurement");
        double percent = 100.0 * used / passed / cpus;
        return new Reading(first.at(), cpus, Math.max(0, Math.min(100, percent)), second);
    }
}
