package dev.sandbar.session;

import dev.sandbar.sandbox.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Begins whatever time has made due in sessions. */
final class Sweeping {

    private static final Logger log = LoggerFactory.getLogger(Sweeping.class);

    private final Parts parts;
    private final Making making;
    private final Owing owing;
    private final Ending ending;
    private final Approving approving;
    private final Budgeting budgeting;

    Sweeping(Parts parts, Making making, Owing owing, Ending ending, Approving approving, Budgeting budgeting) {
        this.parts = parts;
        this.making = making;
        this.owing = owing;
        this.ending = ending;
        this.approving = approving;
        this.budgeting = budgeting;
    }

    /** One pass; waits for nothing. */
    void sweep() {
        Collection<Entry> all = parts.entries().all();
        all.forEach(this::look);
        SessionSettings.Keep keep = parts.settings().keep();
        Instant now = parts.now();
        beyond(all, session -> session.endedAt() != null, keep.most(), keep.ended(), now)
                .forEach(entry -> begin(entry, parts.changes().forget(entry)));
        beyond(all, session -> session.idle() && session.lives(), keep.mostIdle(), keep.idle(), now)
                .forEach(entry -> begin(entry, ending.end(entry, Words.BY_IDLENESS)));
    }

    private void look(Entry entry) {
        if (entry.doubtful()) begin(entry, parts.changes().make(entry, same -> null));
        if (entry.unrecorded() || entry.left()) return;
        Session session = entry.now();
        owing.look(entry);
        if (budgeting.overdrawn(session)) entry.works().cut(Cut.UNPAID);
        Mono<?> chore = session.lives() ? chore(entry, session) : unfinished(entry, session);
        if (chore != null) begin(entry, chore);
    }

    private @Nullable Mono<?> unfinished(Entry entry, Session session) {
        boolean ends = session.endedAt() == null && session.owed().isEmpty();
        return ends ? ending.end(entry, String.valueOf(session.cause())) : null;
    }

    /** The first that is due; the others have their turn in the next pass. */
    private @Nullable Mono<?> chore(Entry entry, Session session) {
        Instant end = session.terms().endAt();
        if (end != null && !end.isAfter(parts.now())) return ending.end(entry, Words.BY_LIFETIME);
        if (session.approvals().stream().anyMatch(approving::overdue)) {
            return parts.changes().make(entry, approving::expired);
        }
        if (making.broken(entry)) return making.mend(entry);
        if (budgeting.due(session)) return parts.changes().make(entry, budgeting::renewed);
        if (ending.wishDue(entry)) return ending.fulfilled(entry);
        if (ending.idle(entry)) return ending.evicted(entry);
        return renewal(session);
    }

    /** An active session keeps its sandbox: what it may live on is made longer when half of it is over. */
    private @Nullable Mono<?> renewal(Session session) {
        String id = session.slot().sandboxId();
        Sandbox sandbox = id == null ? null : parts.sandboxes().find(id);
        Duration lease = parts.settings().lease();
        if (sandbox == null || sandbox.endAt().isAfter(parts.now().plus(lease.dividedBy(2)))) return null;
        return parts.sandboxes().extend(session.owner(), sandbox.id(), lease);
    }

    /** One at a time for each session; what fails is tried again after a while. */
    private void begin(Entry entry, Mono<?> chore) {
        if (!entry.chores().begin(parts.now())) return;
        AtomicBoolean begun = new AtomicBoolean();
        Mono<Void> work = chore.then()
                .doOnSubscribe(subscription -> begun.set(true))
                .doOnSuccess(done -> entry.chores().succeeded())
                .onErrorResume(error -> later(entry, error))
                .doFinally(signal -> entry.chores().over());
        parts.tasks().start("Session " + entry.id(), work);
        if (!begun.get()) entry.chores().over();
    }

    private Mono<Void> later(Entry entry, Throwable error) {
        int failures = entry.chores().failed(parts.now());
        if (failures == 1) log.warn("What is due in session {} can't be done yet", entry.id(), error);
        return Mono.empty();
    }

    /** Those that are kept for too long, and the oldest of those that are too many. */
    private static List<Entry> beyond(
            Collection<Entry> all, Predicate<Session> kind, int most, Duration longest, Instant now) {
        List<Entry> kept = all.stream()
                .filter(entry -> !entry.unrecorded() && kind.test(entry.now()))
                .toList();
        int late = (int) kept.stream()
                .filter(entry -> !last(entry).plus(longest).isAfter(now))
                .count();
        int go = Math.max(kept.size() - most, late);
        if (go == 0) return List.of();
        return kept.stream()
                .sorted(Comparator.comparing(Sweeping::last))
                .limit(go)
                .toList();
    }

    private static Instant last(Entry entry) {
        Instant ended = entry.now().endedAt();
        return ended == null ? entry.usedAt() : ended;
    }
}
