package dev.sandbar.session;

import dev.sandbar.session.AutoApproval.Reservation;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps budgets true while time goes by: the next hour of a sandbox is set aside before the one that is paid for runs out.
 * Where that is refused, a sandbox of the default hardware takes its place, with its files, in the time that is left; only
 * where that fails too it ends without them.
 */
final class Budgeting {

    /** The last twentieth of an hour. */
    private static final Duration EARLY = AutoApproval.WINDOW.dividedBy(20);

    /** A replacement that has begun may go on for so long beyond what is paid for. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Parts parts;

    Budgeting(Parts parts) {
        this.parts = parts;
    }

    /** Whether {@link #renewed} has something to do. */
    boolean due(Session session) {
        return renewed(session) != null;
    }

    /** Whether the time is over for which its sandbox is paid for, and it is about to be replaced. */
    boolean overdrawn(Session session) {
        Reservation running = session.autoApproval().running();
        return running != null && running.refused() != null && replacing(session) && isOver(running);
    }

    @Nullable Session renewed(Session session) {
        Reservation running = session.autoApproval().running();
        if (!session.lives() || running == null) return null;
        if (parts.now().isBefore(running.until().minus(EARLY))) return null;
        boolean fits = fits(session.autoApproval(), running);
        if (replacing(session) && (!fits || running.refused() != null)) {
            return isTooLate(session.slot(), running) ? tornDown(session) : null;
        }
        if (fits) return renewed(session, running);
        if (running.refused() == null) return refused(session, running);
        if (isOver(running)) return tornDown(session);
        return session.slot().since().plus(PAUSE).isAfter(parts.now()) ? null : replaced(session.edit());
    }

    private static boolean replacing(Session session) {
        return session.slot().state() == SlotState.REPLACING;
    }

    private boolean isOver(Reservation running) {
        return !parts.now().isBefore(running.until());
    }

    private boolean isTooLate(Slot slot, Reservation running) {
        Instant begun = slot.since().isAfter(running.until()) ? slot.since() : running.until();
        return !parts.now().isBefore(begun.plus(GRACE));
    }

    private static boolean fits(AutoApproval budget, Reservation running) {
        return budget.enabled() && budget.fits(running.microsPerHour());
    }

    private static Session renewed(Session session, Reservation running) {
        Draft draft = session.edit();
        draft.autoApproval = session.autoApproval().withRunning(running.renewed());
        return draft.build();
    }

    private Session refused(Session session, Reservation running) {
        String why = session.autoApproval().enabled()
                ? "the cap leaves no further hour of hardware \"" + running.hardware() + "\""
                : "the budget is switched off, so that no further hour of hardware \"" + running.hardware()
                        + "\" is set aside";
        Draft draft = session.edit();
        draft.autoApproval = session.autoApproval()
                .withRunning(running.withRefusal(
                        why + ": its sandbox is replaced by one of the default hardware, or ends at "
                                + Times.wire(running.until())));
        return replaced(draft);
    }

    private Session replaced(Draft draft) {
        String standard = parts.hardware().standard().name();
        Slot.Next next = new Slot.Next(parts.sandboxes().newId(), standard, null);
        draft.slot = draft.slot.replacing(next, Words.BY_BUDGET, parts.now());
        return draft.build();
    }

    private Session tornDown(Session session) {
        Draft draft = session.edit();
        draft.lose(draft.slot.tornDown(Words.BY_BUDGET, parts.now()), parts.now());
        return draft.build();
    }

    /**
     * Enabled or not, and with which cap. A sandbox that costs money and for which nothing is set aside yet is paid for
     * from now on.
     */
    Session set(Session session, boolean enabled, @Nullable Long capMicros) {
        if (!session.lives()) throw new SessionException.Ended(session.id(), session.cause());
        if (capMicros != null && capMicros < 0)
            throw new SessionException.Invalid("\"costCapUsd\" must not be below 0");
        AutoApproval old = session.autoApproval();
        AutoApproval budget = old.with(enabled, Objects.requireNonNullElse(capMicros, old.capMicros()));
        Draft draft = session.edit();
        draft.autoApproval = enabled && budget.running() == null ? paid(budget, session.slot()) : budget;
        return draft.build();
    }

    private AutoApproval paid(AutoApproval budget, Slot slot) {
        boolean there = slot.state() == SlotState.READY || slot.state() == SlotState.REPLACING;
        if (!there || slot.hardware() == null) return budget;
        Hardware hardware = parts.hardware().get(slot.hardware());
        if (hardware.microsPerHour() == 0) return budget;
        if (!budget.fits(hardware.microsPerHour())) {
            throw new SessionException.Conflict("The cap doesn't cover an hour of the sandbox that is there (\""
                    + hardware.name() + "\"): raise it, or tear the sandbox down first");
        }
        Instant now = parts.now();
        return budget.withRunning(
                new Reservation(hardware.name(), hardware.microsPerHour(), now, now.plus(AutoApproval.WINDOW), null));
    }
}
