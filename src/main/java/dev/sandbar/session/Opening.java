package dev.sandbar.session;

import dev.sandbar.sandbox.MetadataRules;
import dev.sandbar.sandbox.SandboxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Opens sessions: reserves a place, records, and begins with the default sandbox, for which nobody waits. */
final class Opening {

    private static final int TRIES = 3;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Parts parts;
    private final Places places;
    private final Using using;
    private final Approving approving;

    Opening(Parts parts, Places places, Using using, Approving approving) {
        this.parts = parts;
        this.places = places;
        this.using = using;
        this.approving = approving;
    }

    /** Lazy. Who cancels doesn't learn whether it was opened. */
    Mono<Opened> open(String id, SessionRequest request) {
        return Mono.defer(() -> {
            check(request);
            return open(id, request, TRIES);
        });
    }

    /** One that wasn't recorded in the end leaves the key to the next. */
    private Mono<Opened> open(String id, SessionRequest request, int more) {
        Entries.Found found = parts.entries().open(request.owner(), request.key(), () -> entered(id, request));
        if (found.fresh()) return created(found.entry());
        Mono<Opened> existing = Mono.defer(() -> using.use(found.entry())).map(session -> new Opened(session, true));
        return found.entry()
                .recorded()
                .timeout(LIMIT)
                .then(existing)
                .onErrorResume(
                        error -> more > 0 && gone(error), error -> Mono.defer(() -> open(id, request, more - 1)));
    }

    private static boolean gone(Throwable error) {
        return error instanceof SessionException.NotFound || error instanceof SessionException.Ended;
    }

    private Mono<Opened> created(Entry entry) {
        Mono<Session> created = parts.changes().create(entry);
        return parts.tasks()
                .start("Opening of session " + entry.id(), created)
                .doOnError(RejectedExecutionException.class, full -> neverBegun(entry))
                .map(session -> new Opened(session, false));
    }

    private void neverBegun(Entry entry) {
        if (entry.unrecorded()) parts.entries().remove(entry);
    }

    private Entry entered(String id, SessionRequest request) {
        Entry entry = new Entry(first(id, request), places);
        entry.enter();
        return entry;
    }

    private void check(SessionRequest request) {
        List<String> templates = parts.sandboxes().templates();
        if (!templates.contains(request.template())) {
            throw new SandboxException.UnknownTemplate(request.template(), templates);
        }
        if (request.hardware() != null) parts.hardware().get(request.hardware());
        MetadataRules.check(request.metadata());
        checkTime("idleTimeout", request.idleTimeout());
        checkTime("timeout", request.lifetime());
    }

    private void checkTime(String what, @Nullable Duration time) {
        Duration longest = parts.settings().longest();
        if (time == null || (time.compareTo(Duration.ZERO) > 0 && time.compareTo(longest) <= 0)) return;
        throw new SessionException.Invalid("\"" + what + "\" must be from 1 to " + longest.toSeconds()
                + " seconds (sandbar.sessions.longest), not " + time.toSeconds());
    }

    private Session first(String id, SessionRequest request) {
        Instant now = parts.now();
        Duration idle = request.idleTimeout() == null ? parts.settings().idleTimeout() : request.idleTimeout();
        Instant end = request.lifetime() == null ? null : now.plus(request.lifetime());
        Hardware standard = parts.hardware().standard();
        return new Session(
                id,
                request.owner(),
                new Terms(request.key(), request.template(), request.environment(), idle, now, end),
                request.title(),
                request.metadata(),
                1,
                false,
                Slot.none(now).making(parts.sandboxes().newId(), standard.name(), null, now),
                Set.of(),
                null,
                approvals(request),
                AutoApproval.off(parts.settings().capMicros()),
                now,
                null,
                null,
                null);
    }

    private List<Approval> approvals(SessionRequest request) {
        if (request.hardware() == null) return List.of();
        Hardware wanted = parts.hardware().get(request.hardware());
        return parts.hardware().isStandard(wanted)
                ? List.of()
                : List.of(approving.pending(wanted, "it was asked for when the session was opened"));
    }
}
