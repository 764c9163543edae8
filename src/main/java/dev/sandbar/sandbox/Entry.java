package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One sandbox's place in the table: every step is atomic, none of them waits. */
final class Entry {

    private final Sinks.Empty<Void> created = Sinks.empty();
    private Sandbox now;
    private @Nullable Agent agent;
    private Sinks.Empty<Void> end = Sinks.empty();
    private @Nullable EndCause cause;
    private @Nullable Instant retryAt;
    private int failures;

    Entry(Sandbox first) {
        this.now = first;
    }

    synchronized Sandbox now() {
        return now;
    }

    synchronized @Nullable Agent agent() {
        return now.running() ? agent : null;
    }

    /** CREATING to RUNNING, unless its end has begun meanwhile: then null. */
    synchronized @Nullable Sandbox run(Agent answered, UnaryOperator<Sandbox> times) {
        if (now.state() != SandboxState.CREATING) {
            return null;
        }
        agent = answered;
        now = times.apply(now).withState(SandboxState.RUNNING);
        return now;
    }

    /** Completes when the creation is over, well or not. */
    Mono<Void> created() {
        return created.asMono();
    }

    void creationOver() {
        created.tryEmitEmpty();
    }

    /** Sets another deadline; null when it isn't running. */
    synchronized @Nullable Sandbox renew(UnaryOperator<Instant> endAt) {
        if (!now.running()) {
            return null;
        }
        now = now.withEndAt(endAt.apply(now.endAt()));
        return now;
    }

    /** Begins its end; true for exactly one caller, who then carries it out. */
    synchronized boolean beginEnd(EndCause why) {
        return begin(why);
    }

    /** Begins its end if its deadline has passed: a renewal wins or loses against this as a whole. */
    synchronized boolean beginExpiry(Instant at) {
        return now.running() && !now.endAt().isAfter(at) && begin(EndCause.EXPIRED);
    }

    private boolean begin(EndCause why) {
        if (!now.state().allows(SandboxState.KILLING)) {
            return false;
        }
        now = now.withState(SandboxState.KILLING);
        cause = why;
        return true;
    }

    /** Begins another attempt at an end that failed; true for exactly one caller. */
    synchronized boolean beginRetry(Instant at) {
        if (retryAt == null || retryAt.isAfter(at)) {
            return false;
        }
        retryAt = null;
        end = Sinks.empty();
        return true;
    }

    /** Emits the outcome of the present attempt at its end. */
    synchronized Mono<Void> ended() {
        return end.asMono();
    }

    synchronized EndCause cause() {
        return cause == null ? EndCause.KILLED : cause;
    }

    void endVerified() {
        Sinks.Empty<Void> waiting;
        synchronized (this) {
            now = now.withState(SandboxState.GONE);
            waiting = end;
        }
        waiting.tryEmitEmpty();
    }

    void endFailed(Throwable error, Instant at) {
        Sinks.Empty<Void> waiting;
        synchronized (this) {
            failures++;
            retryAt = at.plusSeconds(1L << Math.min(failures - 1, 5));
            waiting = end;
        }
        waiting.tryEmitError(error);
    }
}
