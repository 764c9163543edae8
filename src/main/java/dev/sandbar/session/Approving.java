package dev.sandbar.session;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Decides about hardware: by the session's budget where that is enabled, otherwise by a person. What is decided, what is
 * set aside for it and what is to be made are one commit, so that no two decisions spend the same money.
 */
final class Approving {

    private static final int PENDING = 20;
    private static final String FITS = "it fits into the session's budget";
    private static final String SWITCHED_OFF = "it costs money, and the session's budget is switched off";

    private final Parts parts;
    private final Using using;
    private final Providing providing;

    Approving(Parts parts, Using using, Providing providing) {
        this.parts = parts;
        this.using = using;
        this.providing = providing;
    }

    Approval pending(Hardware hardware, String reason) {
        Instant now = parts.now();
        return new Approval(
                parts.ids().next(Ids.APPROVAL),
                hardware.name(),
                hardware.microsPerHour(),
                reason,
                Approval.State.PENDING,
                now,
                now.plus(parts.settings().waits().approval()),
                null,
                null,
                null);
    }

    /** Emits when the sandbox is there, or a person has to decide. Lazy; what was begun goes on when it is cancelled. */
    Mono<Provision> provision(Entry entry, @Nullable String name) {
        return Mono.defer(() -> {
            Hardware wanted = name == null
                    ? parts.hardware().standard()
                    : parts.hardware().get(name);
            return using.use(entry).flatMap(session -> asked(entry, wanted));
        });
    }

    private Mono<Provision> asked(Entry entry, Hardware wanted) {
        Slot before = entry.now().slot();
        Mono<Session> change = parts.changes().make(entry, session -> request(session, wanted));
        return parts.tasks()
                .start("Hardware of session " + entry.id(), change)
                .flatMap(session -> outcome(entry, session, wanted, before));
    }

    private Mono<Provision> outcome(Entry entry, Session session, Hardware wanted, Slot before) {
        Approval pending = pending(session, wanted);
        if (pending != null && !hasOrGets(session.slot(), wanted)) {
            return Mono.just(new Provision.Waiting(session, pending));
        }
        Mono<Session> there = session.slot().sandboxId() == null ? providing.ready(entry) : providing.settled(entry);
        return there.map(now -> arrived(now, wanted, before));
    }

    private static Provision arrived(Session session, Hardware wanted, Slot before) {
        Slot slot = session.slot();
        if (slot.state() != SlotState.READY || !wanted.name().equals(slot.hardware())) {
            throw new SessionException.NoSandbox(
                    "No sandbox of hardware \"" + wanted.name() + "\": " + otherwise(slot, before));
        }
        boolean created = !Objects.equals(before.sandboxId(), slot.sandboxId()) || before.state() != SlotState.READY;
        boolean replaced = before.state() == SlotState.READY && created;
        return new Provision.Ready(session, created, replaced ? session.note() : null);
    }

    private static String otherwise(Slot slot, Slot before) {
        if (slot.state() != SlotState.READY) {
            return Words.lost(slot) + ". There is none now, and the next call gets one of the default hardware.";
        }
        if (!Objects.equals(slot.sandboxId(), before.sandboxId())) {
            return "it was replaced again, by one of hardware \"" + slot.hardware() + "\".";
        }
        return slot.error() + ". The sandbox of before is still there.";
    }

    /** What asking changes; null where it is there, being made, or asked for already. */
    private @Nullable Session request(Session session, Hardware wanted) {
        if (!session.lives()) throw new SessionException.Ended(session.id(), session.cause());
        Slot slot = session.slot();
        if (hasOrGets(slot, wanted)) return null;
        boolean free = parts.hardware().isStandard(wanted);
        if (free && slot.sandboxId() == null) return null;
        Draft draft = session.edit();
        if (free) return granted(draft, wanted, null).build();
        Approval pending = pending(session, wanted);
        if (pending != null) return reconsidered(draft, pending).build();
        return session.autoApproval().enabled() ? byBudget(draft, wanted) : byPerson(draft, wanted, SWITCHED_OFF);
    }

    private static boolean hasOrGets(Slot slot, Hardware wanted) {
        Slot.Next next = slot.next();
        String there = next == null ? slot.hardware() : next.hardware();
        return wanted.name().equals(there);
    }

    private @Nullable Approval pending(Session session, Hardware wanted) {
        return session.approvals().stream()
                .filter(approval -> approval.hardware().equals(wanted.name()))
                .filter(approval -> approval.pending() && !overdue(approval))
                .findFirst()
                .orElse(null);
    }

    private Session byBudget(Draft draft, Hardware wanted) {
        AutoApproval budget = draft.autoApproval;
        if (!budget.fits(wanted.microsPerHour())) return byPerson(draft, wanted, beyond(budget, wanted));
        Approval approval = pending(wanted, FITS).decided(Approval.State.AUTO_APPROVED, null, parts.now());
        draft.add(approval);
        draft.autoApproval = budget.reserved(wanted, parts.now());
        return granted(draft, wanted, approval.id()).build();
    }

    /** What holds now of all that is pending, the oldest first, after the budget has changed. */
    Session reconsidered(Session session) {
        Draft draft = session.edit();
        List<String> offered =
                parts.hardware().offered().stream().map(Hardware::name).toList();
        session.approvals().stream()
                .filter(approval -> approval.pending() && !overdue(approval))
                .filter(approval -> offered.contains(approval.hardware()))
                .forEach(approval -> reconsidered(draft, approval));
        return draft.build();
    }

    /** Approved where the budget covers it by now and nothing is in its way, otherwise pending for the reason of now. */
    private Draft reconsidered(Draft draft, Approval approval) {
        Hardware wanted = parts.hardware().get(approval.hardware());
        AutoApproval budget = draft.autoApproval;
        boolean fits = budget.enabled() && budget.fits(wanted.microsPerHour());
        if (!fits || draft.idle || isTaken(draft.slot)) {
            draft.replace(approval.withReason(whyPending(budget, wanted, fits)));
            return draft;
        }
        Approval decided = approval.withReason(FITS).decided(Approval.State.AUTO_APPROVED, null, parts.now());
        if (hasOrGets(draft.slot, wanted)) {
            draft.replace(decided.with(new Approval.Outcome(draft.slot.sandboxId(), null, null)));
            return draft;
        }
        draft.replace(decided);
        draft.autoApproval = budget.reserved(wanted, parts.now());
        return granted(draft, wanted, approval.id());
    }

    private static String whyPending(AutoApproval budget, Hardware wanted, boolean fits) {
        if (fits) return "it fits into the session's budget, but another sandbox comes first: ask again after it";
        return budget.enabled() ? beyond(budget, wanted) : SWITCHED_OFF;
    }

    private static String beyond(AutoApproval budget, Hardware wanted) {
        return "an hour of it costs " + Story.usd(wanted.microsPerHour()).toPlainString()
                + " USD, and of the session's budget "
                + Story.usd(budget.remainingMicros()).toPlainString()
                + " USD are left";
    }

    private Session byPerson(Draft draft, Hardware wanted, String reason) {
        if (draft.approvals.stream().filter(Approval::pending).count() >= PENDING) {
            throw new SessionException.Conflict(PENDING + " approvals are pending in this session: decide them first");
        }
        draft.add(pending(wanted, reason));
        return draft.build();
    }

    /** What is there stays until the new one is; what is only being made without an approval is given up for it. */
    private Draft granted(Draft draft, Hardware wanted, @Nullable String approvalId) {
        Slot slot = draft.slot;
        if (isTaken(slot)) {
            throw new SessionException.Conflict(
                    "The session's sandbox is being replaced already: ask again when that is over");
        }
        String id = parts.sandboxes().newId();
        if (slot.state() == SlotState.READY) {
            draft.slot = slot.replacing(new Slot.Next(id, wanted.name(), approvalId), null, parts.now());
        } else {
            draft.owe();
            draft.slot = slot.making(id, wanted.name(), approvalId, parts.now());
        }
        return draft;
    }

    private static boolean isTaken(Slot slot) {
        return slot.state() == SlotState.REPLACING
                || (slot.next() != null && slot.next().approvalId() != null);
    }

    /**
     * A person's word. Emits the approval, with what became of it where that could be waited for. Lazy; a cancel doesn't
     * undo it. {@link SessionException.Conflict} when it was decided before, or the budget doesn't allow it: it is still
     * pending then.
     */
    Mono<Approval> decide(Entry entry, String id, Approval.Decision decision, @Nullable String note) {
        Mono<Session> change = parts.changes().make(entry, session -> decided(entry, session, id, decision, note));
        return Mono.defer(() -> parts.tasks().start("Approval of session " + entry.id(), change))
                .flatMap(session -> decided(entry, id))
                .doOnNext(approval -> entry.used(parts.now()));
    }

    private Mono<Approval> decided(Entry entry, String id) {
        Approval approval = Objects.requireNonNull(entry.now().approval(id));
        if (approval.state() == Approval.State.EXPIRED) {
            return Mono.error(new SessionException.Conflict("The approval has expired: ask for the hardware again"));
        }
        if (approval.state() != Approval.State.APPROVED) return Mono.just(approval);
        return providing
                .settled(entry)
                .onErrorComplete(SessionException.class)
                .then(Mono.fromSupplier(
                        () -> Objects.requireNonNullElse(entry.now().approval(id), approval)));
    }

    private Session decided(
            Entry entry, Session session, String id, Approval.Decision decision, @Nullable String note) {
        Approval approval = session.approval(id);
        if (approval == null) throw SessionException.NotFound.approval(id);
        if (!session.lives()) throw new SessionException.Ended(session.id(), session.cause());
        if (!approval.pending()) {
            throw new SessionException.Conflict(
                    "The approval was decided before: " + approval.state().wireName());
        }
        Draft draft = session.edit();
        if (!approval.expiresAt().isAfter(parts.now())) return as(draft, approval, Approval.State.EXPIRED, null);
        if (decision == Approval.Decision.REJECT) return as(draft, approval, Approval.State.REJECTED, note);
        return approved(entry, draft, approval, note);
    }

    private Session as(Draft draft, Approval approval, Approval.State state, @Nullable String note) {
        draft.replace(approval.decided(state, note, parts.now()));
        return draft.build();
    }

    private Session approved(Entry entry, Draft draft, Approval approval, @Nullable String note) {
        Hardware wanted = parts.hardware().get(approval.hardware());
        AutoApproval budget = draft.autoApproval;
        if (budget.enabled() && !budget.fits(wanted.microsPerHour())) {
            throw new SessionException.Conflict("Not approved, since " + beyond(budget, wanted)
                    + ": raise the cap, or switch the budget off. The approval is still pending.");
        }
        if (draft.idle) entry.enter();
        draft.idle = false;
        Approval decided = approval.decided(Approval.State.APPROVED, note, parts.now());
        if (hasOrGets(draft.slot, wanted)) {
            draft.replace(decided.with(new Approval.Outcome(draft.slot.sandboxId(), null, null)));
            return draft.build();
        }
        if (budget.enabled()) draft.autoApproval = budget.reserved(wanted, parts.now());
        draft.replace(decided);
        return granted(draft, wanted, approval.id()).build();
    }

    /** Expires what nobody has decided in time. */
    @Nullable Session expired(Session session) {
        if (session.approvals().stream().noneMatch(this::overdue)) return null;
        Draft draft = session.edit();
        draft.approvals.replaceAll(
                approval -> overdue(approval) ? approval.decided(Approval.State.EXPIRED, null, parts.now()) : approval);
        return draft.build();
    }

    boolean overdue(Approval approval) {
        return approval.pending() && !approval.expiresAt().isAfter(parts.now());
    }
}
