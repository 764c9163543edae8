package dev.sandbar.token;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.SingleFlight;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import dev.sandbar.token.TokenState.Live;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Short-lived access tokens of sandboxes: signed, bound to sandbox, owner, service and expiry, and revocable. Who asks
 * again gets the live one until shortly before its end, across restarts too. They belong to a sandbox, not to one of its
 * incarnations, and are gone when it has ended.
 *
 * <p>Publishers are lazy and emit on the caller's thread where memory knows the answer, else on the store's. Errors are
 * {@link TokenException}s and {@link StoreException}s. Cancelling one caller leaves the work to the others; a revocation
 * goes on. Thread-safe; nothing blocks but {@link #open}.
 */
public final class BearerTokens implements AutoCloseable {

    /** Longer than the ledger's own, which says more when it is reached. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final int AT_ONCE = 10_000;

    private final TokenSettings settings;
    private final RunningSandboxes running;
    private final String audience;
    private final BackgroundTasks tasks;
    private final Clock clock;
    private final Keys keys;
    private final Ledger ledger;
    private final IssueRates rates;
    private final SingleFlight<String, TokenState> issues;
    private final SingleFlight<String, TokenState> loads;

    private BearerTokens(Parts parts, Keys keys) {
        this.settings = parts.settings();
        this.running = parts.running();
        this.audience = parts.audience();
        this.tasks = parts.tasks();
        this.clock = parts.clock();
        this.keys = keys;
        this.ledger = new Ledger(parts.store(), parts.timer());
        this.rates = new IssueRates(settings, clock);
        this.issues = new SingleFlight<>("issues of tokens", LIMIT, AT_ONCE, parts.timer());
        this.loads = new SingleFlight<>("reads of tokens", LIMIT, AT_ONCE, parts.timer());
    }

    /**
     * What it is made of.
     *
     * @param audience names this service in its tokens: of {@code [A-Za-z0-9_-]}, the same at each start
     * @param tasks own the revocations
     * @param timer measures limits, and begins work that waited for its turn
     */
    public record Parts(
            TokenSettings settings,
            RunningSandboxes running,
            String audience,
            Store store,
            BackgroundTasks tasks,
            Clock clock,
            Scheduler timer) {

        public Parts {
            if (!audience.matches("[A-Za-z0-9_-]{1,100}")) throw new IllegalArgumentException("bad audience");
        }
    }

    /**
     * Reads the keys, or makes the first one. Blocking.
     *
     * @throws IllegalArgumentException when the file holds something else
     */
    public static BearerTokens open(Parts parts, KeyFile file) {
        return new BearerTokens(parts, new Keys(file, parts.settings().keyAge(), parts.clock()));
    }

    /**
     * The live token of a running sandbox, or a new one; one and the same for all who ask meanwhile. Whether the caller
     * may have it was checked before. Fails with {@link TokenException.Gone} and {@link TokenException.TooMany}.
     */
    public Mono<Grant> issue(String sandboxId) {
        Mono<TokenState> flight = issues.join(sandboxId, () -> issueInTurn(sandboxId));
        return Mono.defer(() -> {
                    TokenState now = ledger.known(sandboxId);
                    return now != null && isFresh(now.live()) ? Mono.just(now) : standing(sandboxId, flight);
                })
                .map(state -> granted(sandboxId, state));
    }

    /** Who joined a flight that had all but landed may get what was revoked before; the next one began after that. */
    private Mono<TokenState> standing(String sandboxId, Mono<TokenState> flight) {
        return flight.flatMap(state -> isCurrent(sandboxId, state.generation()) ? Mono.just(state) : flight);
    }

    private boolean isCurrent(String sandboxId, long generation) {
        TokenState now = ledger.known(sandboxId);
        return now != null && now.generation() == generation;
    }

    private Mono<TokenState> issueInTurn(String sandboxId) {
        return ledger.inTurn(sandboxId, state -> {
            String owner = ownerOf(sandboxId);
            ledger.remember(sandboxId, state);
            if (isFresh(state.live())) return Mono.just(state);
            rates.take(sandboxId, owner);
            Instant expiresAt = clock.instant().plus(settings.life()).truncatedTo(ChronoUnit.MILLIS);
            return ledger.write(
                    sandboxId, state.with(new Live(keys.ring().newest().id(), expiresAt)));
        });
    }

    /** Whether it is to be given to whoever asks; not what an earlier run made to live longer than tokens do now. */
    private boolean isFresh(@Nullable Live live) {
        if (live == null || keys.ring().find(live.key()) == null) return false;
        Duration left = Duration.between(clock.instant(), live.expiresAt());
        return left.compareTo(settings.margin()) > 0
                && left.compareTo(settings.life().plus(settings.margin())) <= 0;
    }

    private Grant granted(String sandboxId, TokenState state) {
        Live live = state.live();
        TokenKey key = live == null ? null : keys.ring().find(live.key());
        if (live == null || key == null) throw new StoreException.Busy("the sandbox's tokens are being revoked");
        String owner = Claims.ownerOf(ownerOf(sandboxId));
        Claims claims = new Claims(sandboxId, owner, audience, live.expiresAt(), state.generation());
        return new Grant(TokenFormat.sign(claims, key), clock.instant(), live.expiresAt());
    }

    /**
     * Emits the owner of the running sandbox that this is a token of. Fails with {@link TokenException.Refused} or {@link
     * TokenException.Gone}; who presents what this service never made learns nothing about any sandbox.
     */
    public Mono<String> verify(String presented, String sandboxId) {
        return Mono.defer(() -> {
            Claims claims = opened(presented, sandboxId);
            String owner = ownerOf(sandboxId);
            if (!claims.owner().equals(Claims.ownerOf(owner))) throw TokenException.ofAnotherSandbox();
            Mono<Void> ready = ledger.known(sandboxId) == null ? loaded(sandboxId) : Mono.empty();
            return ready.then(Mono.fromSupplier(() -> checked(claims, owner)));
        });
    }

    private Claims opened(String presented, String sandboxId) {
        Claims claims = TokenFormat.open(presented, keys.ring());
        if (!claims.audience().equals(audience)) throw TokenException.ofAnotherService();
        if (!claims.sandboxId().equals(sandboxId)) throw TokenException.ofAnotherSandbox();
        if (!claims.expiresAt().isAfter(clock.instant())) throw TokenException.expired();
        return claims;
    }

    /** By what memory holds now: a read that has ended may be older than a revocation. */
    private String checked(Claims claims, String owner) {
        TokenState now = ledger.known(claims.sandboxId());
        if (now == null) throw unknown(claims.sandboxId());
        if (now.generation() != claims.generation()) throw TokenException.revoked();
        return owner;
    }

    private RuntimeException unknown(String sandboxId) {
        ownerOf(sandboxId);
        return new StoreException.Busy("the sandbox's tokens are being changed");
    }

    private Mono<Void> loaded(String sandboxId) {
        return loads.join(
                        sandboxId,
                        () -> ledger.inTurn(sandboxId, state -> {
                            ownerOf(sandboxId);
                            ledger.remember(sandboxId, state);
                            return Mono.just(state);
                        }))
                .then();
    }

    /**
     * Refuses, from its completion on and for ever, all tokens of a running sandbox that were issued before; recorded by
     * then. Fails with {@link TokenException.Gone}.
     */
    public Mono<Void> revoke(String sandboxId) {
        Mono<TokenState> work = ledger.inTurn(sandboxId, state -> {
            ownerOf(sandboxId);
            ledger.remember(sandboxId, state);
            return state.live() == null ? Mono.just(state) : ledger.write(sandboxId, state.revoked());
        });
        return Mono.defer(() -> tasks.start("Revocation of tokens of " + sandboxId, work))
                .then();
    }

    /** Removes what is kept of the tokens of a sandbox that runs no more. May be called again. */
    public Mono<Void> forget(String sandboxId) {
        return ledger.remove(sandboxId);
    }

    /** Forgets what was kept for sandboxes that neither run nor are remembered, by their ids; for a start. */
    public Mono<Void> keepOnly(Predicate<String> remembered) {
        return ledger.recorded()
                .filter(id -> !remembered.test(id) && running.ownerOf(id) == null)
                .concatMap(this::forget)
                .then();
    }

    /** Renews the keys where that is due, and drops what isn't needed any more; for a sweeper. */
    public Mono<Void> sweep() {
        return Mono.fromRunnable(rates::sweep).then(keys.look());
    }

    private String ownerOf(String sandboxId) {
        String owner = running.ownerOf(sandboxId);
        if (owner == null) throw new TokenException.Gone();
        return owner;
    }

    /** How many sandboxes are in memory, and how many counts of issues; for tests and figures. */
    int size() {
        return ledger.size() + rates.size() + issues.flights() + loads.flights();
    }

    /** Fails those who wait. */
    @Override
    public void close() {
        issues.close();
        loads.close();
        keys.close();
    }
}
