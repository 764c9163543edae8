package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Moves deadlines: records, and then tells the agent. */
final class Renewal {

    private final Changes changes;
    private final BackgroundTasks tasks;
    private final Clock clock;

    Renewal(Parts parts) {
        this.changes = parts.changes();
        this.tasks = parts.tasks();
        this.clock = parts.clock();
    }

    /** Lazy; the work is a task's: who cancels doesn't learn whether the deadline was moved. */
    Mono<Sandbox> renew(Entry entry, Duration timeout, BinaryOperator<Instant> rule) {
        return Mono.defer(() -> tasks.start("Renewal of " + entry.id(), renewed(entry, timeout, rule)))
                .switchIfEmpty(Mono.error(() -> new SandboxException.NotFound(entry.id())));
    }

    /** Empty when it doesn't run. */
    private Mono<Sandbox> renewed(Entry entry, Duration timeout, BinaryOperator<Instant> rule) {
        Changes.Step step =
                now -> later(entry, now, rule.apply(now.endAt(), clock.instant().plus(timeout)));
        return changes.make(entry, step)
                .flatMap(renewed -> Deadlines.pushIfPossible(entry).thenReturn(renewed))
                .switchIfEmpty(Mono.fromSupplier(() -> unchanged(entry)));
    }

    private static @Nullable Next later(Entry entry, Sandbox now, Instant endAt) {
        boolean same = !entry.usable() || endAt.equals(now.endAt());
        return same ? null : Next.renewed(now.withEndAt(endAt));
    }

    private static @Nullable Sandbox unchanged(Entry entry) {
        return entry.usable() ? entry.now() : null;
    }
}
