package dev.sandbar.web.sessions;

import dev.sandbar.session.AutoApproval;
import dev.sandbar.web.http.Money;
import java.math.BigDecimal;

/** A budget as clients see it; what is set aside counts as spent. */
record BudgetView(boolean enabled, BigDecimal costCapUsd, BigDecimal estimatedSpendUsd, BigDecimal remainingUsd) {

    static BudgetView of(AutoApproval budget) {
        return new BudgetView(
                budget.enabled(),
                Money.usd(budget.capMicros()),
                Money.usd(budget.usedMicros()),
                Money.usd(budget.remainingMicros()));
    }
}
