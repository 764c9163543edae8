package dev.sandbar.command;

import dev.sandbar.async.Budget;
import org.jspecify.annotations.Nullable;

/** How much memory one command's output may take: a small part from the start, more when it is needed and there is some. */
final class Allowance {

    static final long FIRST = 32 * 1024;

    private final Budget budget;
    private final long most;
    private long granted;
    private boolean closed;

    private Allowance(Budget budget, long most, long granted) {
        this.budget = budget;
        this.most = most;
        this.granted = granted;
    }

    /** Null when even the first part isn't there. */
    static @Nullable Allowance take(Budget budget, long most) {
        long first = Math.min(FIRST, most);
        return budget.tryTake(first) ? new Allowance(budget, most, first) : null;
    }

    /** The first part, or nothing where that isn't there: for a command that runs already. Nothing is no reason to wait. */
    static Allowance force(Budget budget, long most) {
        Allowance taken = take(budget, most);
        return taken == null ? new Allowance(budget, most, 0) : taken;
    }

    /** One of nothing, for a command that has ended. */
    static Allowance none(Budget budget) {
        return new Allowance(budget, 0, 0);
    }

    synchronized long granted() {
        return granted;
    }

    /** Doubles it; false when that isn't to be had. */
    synchronized boolean grow() {
        long more = Math.min(granted, most - granted);
        if (closed || more <= 0 || !budget.tryTake(more)) return false;
        granted += more;
        return true;
    }

    /** Gives back what is more than so much. */
    synchronized void shrink(long needed) {
        if (closed || needed >= granted) return;
        budget.give(granted - needed);
        granted = needed;
    }

    /** Gives everything back; may be called again. */
    synchronized void close() {
        if (closed) return;
        closed = true;
        budget.give(granted);
    }
}
