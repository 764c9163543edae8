package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxLostException;
import dev.sandbar.runtime.SandboxRuntime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Takes up what an earlier run has left: one pass over the records, then many sandboxes at once. That a sandbox ends is
 * recorded here; carrying it out is begun, and not waited for.
 */
final class Recovering {

    private static final Logger log = LoggerFactory.getLogger(Recovering.class);
    private static final int AT_ONCE = 64;
    private static final Duration ADOPT_LIMIT = Duration.ofSeconds(15);
    private static final int BUSY_RETRIES = 20;

    private final SandboxRuntime runtime;
    private final Records records;
    private final Entries entries;
    private final Ended ended;
    private final Listeners listeners;
    private final Clock clock;
    private final Ending ending;
    private final Watches watches;
    private final Leftovers leftovers;

    Recovering(Parts parts, Ending ending, Watches watches, Leftovers leftovers) {
        this.runtime = parts.runtime();
        this.records = parts.records();
        this.entries = parts.entries();
        this.ended = parts.ended();
        this.listeners = parts.listeners();
        this.clock = parts.clock();
        this.ending = ending;
        this.watches = watches;
        this.leftovers = leftovers;
    }

    private enum Verdict {
        ADOPTED,
        ENDED
    }

    /** Lazy. Fails only when the records can't be read, and has changed nothing then. */
    Mono<Recovery> recover() {
        return records.all()
                .flatMap(this::recover)
                .doOnNext(done -> entries.all().forEach(ending::look));
    }

    private Mono<Recovery> recover(Records.All all) {
        leftovers.spare(all.unreadable());
        Comparator<Sandbox> byEnd = Comparator.comparing(Recovering::end);
        all.sandboxes().stream()
                .map(Records.Kept::sandbox)
                .filter(Recovering::gone)
                .sorted(byEnd)
                .forEach(ended::add);
        List<Entry> entered = all.sandboxes().stream()
                .filter(kept -> !gone(kept.sandbox()))
                .map(entries::enter)
                .filter(Objects::nonNull)
                .toList();
        return judged(entered);
    }

    /** All of them are known before the first is judged, so that nothing of any is swept. */
    private Mono<Recovery> judged(List<Entry> entered) {
        Mono<List<Verdict>> verdicts =
                Flux.fromIterable(entered).flatMap(this::judge, AT_ONCE).collectList();
        return verdicts.flatMap(all -> leftovers.sweep().map(swept -> {
            int adopted = (int) all.stream().filter(Verdict.ADOPTED::equals).count();
            return new Recovery(adopted, all.size() - adopted, swept);
        }));
    }

    private Mono<Verdict> judge(Entry entry) {
        Sandbox sandbox = entry.now();
        return switch (sandbox.state()) {
            case KILLING, GONE -> Mono.just(Verdict.ENDED);
            case CREATING -> ended(entry, EndCause.NOT_CREATED);
            case RUNNING -> sandbox.endAt().isAfter(clock.instant()) ? adopt(entry) : ended(entry, EndCause.EXPIRED);
        };
    }

    private Mono<Verdict> adopt(Entry entry) {
        Sandbox sandbox = entry.now();
        return runtime.adopt(sandbox.id(), sandbox.handle(), sandbox.endAt())
                .timeout(ADOPT_LIMIT)
                .retryWhen(busy())
                .flatMap(agent -> adopted(entry, sandbox, agent))
                .onErrorResume(error -> lost(entry, error));
    }

    /** That the runtime is busy says nothing about the sandbox. */
    private static Retry busy() {
        return Retry.backoff(BUSY_RETRIES, Duration.ofMillis(50))
                .maxBackoff(Duration.ofSeconds(2))
                .filter(RuntimeUnavailableException.class::isInstance);
    }

    private Mono<Verdict> adopted(Entry entry, Sandbox sandbox, Agent agent) {
        entry.hold(agent);
        return listeners
                .adopted(sandbox, agent)
                .then(Mono.fromRunnable(() -> watches.watch(entry, sandbox, agent)))
                .thenReturn(Verdict.ADOPTED);
    }

    private Mono<Verdict> lost(Entry entry, Throwable error) {
        boolean restarted = error instanceof SandboxLostException loss
                && loss.reason() == SandboxLostException.Reason.HOST_RESTARTED;
        if (restarted) return gone(entry);
        log.warn("Sandbox {} of an earlier run can't be taken up", entry.id(), error);
        return ended(entry, EndCause.AGENT_GONE);
    }

    private Mono<Verdict> ended(Entry entry, EndCause cause) {
        return ending.record(entry, cause).thenReturn(Verdict.ENDED);
    }

    /** Nothing has to be destroyed, so this doesn't take long. */
    private Mono<Verdict> gone(Entry entry) {
        entry.want(EndCause.HOST_RESTART);
        return ending.owned(entry, ending.end(entry, EndCause.HOST_RESTART)).thenReturn(Verdict.ENDED);
    }

    private static boolean gone(Sandbox sandbox) {
        return sandbox.state() == SandboxState.GONE;
    }

    private static Instant end(Sandbox sandbox) {
        return sandbox.endedAt() == null ? sandbox.endAt() : sandbox.endedAt();
    }
}
