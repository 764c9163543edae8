package dev.sandbar.session;

import dev.sandbar.session.AutoApproval.Reservation;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps budgets true while time goes by: the next hour of a sandbox is set aside before the one that is paid for runs out,
 * and where the cap refuses it, the sandbox ends with that hour.
 */
final class Budgeting {

    /** The last twentieth of an hour. */
    private static final Duration EARLY = AutoApproval.WINDOW.dividedBy(20);

    private final Parts parts;

    Budgeting(Parts parts) {
        this.parts = parts;
    }

    /** Whether {@link #renewed} has something to do. */
    boolean due(Session session) {
        return renewed(session) != null;
    }

    @Nullable Session renewed(Session session) {
        Reservation running = session.autoApproval().running();
        if (!session.lives() || running == null || !session.autoApproval().enabled()) return null;
        Instant now = parts.now();
        if (now.isBefore(running.until().minus(EARLY))) return null;
        boolean over = !now.isBefore(running.until()) && running.refused() != null;
        return over ? tornDown(session) : renewed(session, running);
    }

    private @Nullable Session renewed(Session session, Reservation running) {
        AutoApproval budget = session.autoApproval();
        boolean fits = budget.fits(running.microsPerHour());
        if (!fits && running.refused() != null) return null;
        Draft draft = session.edit();
        if (fits) {
            draft.autoApproval = budget.withRunning(running.renewed());
            return draft.build();
        }
        draft.autoApproval = budget.withRunning(running.withRefusal("the cap leaves no further hour of hardware \""
                + running.hardware() + "\": its sandbox ends at " + Times.wire(running.until())));
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
    @Nullable Session set(Session session, boolean enabled, @Nullable Long capMicros) {
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
