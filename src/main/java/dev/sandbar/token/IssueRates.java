package dev.sandbar.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** How often new tokens are issued. Thread-safe; each step is short. */
final class IssueRates {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final TokenSettings settings;
    private final Clock clock;
    private final Rate sandboxes;
    private final Rate owners;

    IssueRates(TokenSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.sandboxes = new Rate(settings.perSandbox());
        this.owners = new Rate(settings.perOwner());
    }

    /** Counts one, or refuses it with {@link TokenException.TooMany} and counts nothing. */
    synchronized void take(String sandboxId, String owner) {
        long now = now();
        long wait = sandboxes.waitFor(sandboxId, now);
        if (wait > 0) {
            throw tooMany("A sandbox", settings.perSandbox(), "sandbar.tokens.per-sandbox", wait);
        }
        long ownersWait = owners.waitFor(owner, now);
        if (ownersWait > 0) {
            throw tooMany("An owner", settings.perOwner(), "sandbar.tokens.per-owner", ownersWait);
        }
        sandboxes.take(sandboxId, now);
        owners.take(owner, now);
    }

    private static TokenException tooMany(String whose, int most, String setting, long wait) {
        return new TokenException.TooMany(whose, most, setting, (int) ((wait + SECOND - 1) / SECOND));
    }

    synchronized void sweep() {
        sandboxes.sweep(now());
        owners.sweep(now());
    }

    /** How many sandboxes and owners are counted now. */
    synchronized int size() {
        return sandboxes.keys() + owners.keys();
    }

    private long now() {
        Instant at = clock.instant();
        return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    }
}
