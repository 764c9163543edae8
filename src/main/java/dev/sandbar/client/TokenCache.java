package dev.sandbar.client;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.SingleFlight;
import dev.sandbar.async.Sweeper;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The access tokens of sandboxes: fetched once for all who lack one at the same time, kept until shortly before they end,
 * refreshed ahead while the old one serves, and, where a file is given, kept between runs.
 *
 * <pre>{@code
 * TokenCache tokens = TokenCache.of(source, TokenCacheSettings.DEFAULT, Schedulers.parallel(), Clock.systemUTC());
 * Mono<Answer> answer = tokens.get(id).flatMap(token -> call(token).onErrorResume(SandboxApiException.class, refusal -> {
 *     if (refusal.status() != 401) return Mono.error(refusal);
 *     tokens.invalidate(token);
 *     return tokens.get(id).flatMap(this::call);
 * }));
 * }</pre>
 *
 * <p><b>Threads:</b> thread-safe, nothing blocks. A hit is emitted on its subscriber's thread; whoever waits for a request gets
 * its outcome on the thread on which it ended (its own, where it has ended already). The file is touched on a thread of its own, and waited for once: by those
 * who come first, for {@link TokenCacheSettings#loadLimit} at most. What is wrong with it fails no call. <b>Context:</b> no
 * caller's Reactor context reaches the source. <b>Bounds:</b> by number and age ({@link TokenCacheSettings}).
 *
 * <p><b>Failures:</b> a request that failed fails all who waited for it, with the original error. For a short pause behind
 * it, which grows with each failure in a row (0.25 s to 1 s; longer where the server refuses or doesn't know the sandbox;
 * as long as it says, within a minute), callers get an error that says so and has the original as its cause.
 */
public final class TokenCache implements AutoCloseable {

    private static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);

    /** For requests that no call misses a token for. */
    private static final LongAdder UNCOUNTED = new LongAdder();

    private final TokenCacheSettings settings;
    private final TokenTimes times;
    private final TokenCounters counters = new TokenCounters();
    private final TokenSlots slots;
    private final TokenFetches<CachedToken> tokens;
    private final TokenFetches<Boolean> gpus;
    private final SingleFlight<String, Boolean> loads;
    private final BackgroundTasks tasks;
    private final Sweeper sweeper;
    private final TokenStore store;
    private volatile boolean loaded;
    private volatile boolean closed;

    TokenCache(TokenSource source, TokenCacheSettings settings, TokenTimes times, Scheduler disk) {
        this.settings = settings;
        this.times = times;
        this.store = new TokenStore(settings, times, counters, disk);
        this.slots = new TokenSlots(settings.entries(), counters.evictions);
        TokenIssues issues = new TokenIssues(source, settings, times, counters, store);
        this.tokens = new TokenFetches<>("token", issues, settings, times);
        this.gpus = new TokenFetches<>("kind", new TokenKinds(source, issues), settings, times);
        this.loads = new SingleFlight<>("token file", settings.loadLimit().plusSeconds(1), 1, times.timer());
        this.tasks = new BackgroundTasks("tokens refreshed ahead", 2 * settings.entries(), times.timer());
        this.sweeper = new Sweeper("unused tokens", SWEEP_PERIOD, times.timer(), () -> Mono.fromRunnable(this::sweep));
        this.loaded = settings.file() == null;
    }

    /**
     * An empty cache; begins nothing but to look for unused entries each minute.
     *
     * @param timer measures deadlines and delays; the caller's own
     * @param clock this machine's time, for what is kept between runs
     */
    public static TokenCache of(TokenSource source, TokenCacheSettings settings, Scheduler timer, Clock clock) {
        Scheduler disk = Schedulers.newBoundedElastic(1, 100, "sandbar-tokens", 60, true);
        TokenCache cache = new TokenCache(source, settings, TokenTimes.of(timer, clock), disk);
        cache.sweeper.start();
        return cache;
    }

    /**
     * A token of this sandbox that isn't known to be refused. Lazy: each subscription looks anew. Cancelling (a time-out
     * behind this too) takes out this caller only; a request that goes on is kept when it ends.
     *
     * @return the source's error; a remembered one within the pause behind it; {@link RejectedExecutionException} when this
     *     is closed or as many requests are under way as there may be entries
     */
    public Mono<AccessToken> get(String sandboxId) {
        return Mono.defer(() -> loaded ? found(sandboxId) : load().then(Mono.defer(() -> found(sandboxId))));
    }

    private Mono<AccessToken> found(String sandboxId) {
        long now = times.now();
        TokenSlot slot = slots.find(sandboxId);
        CachedToken token = slot == null ? null : slot.usable(now);
        if (slot == null || token == null) return missed(sandboxId, now);
        counters.hits.increment();
        slot.touch(now);
        if (!token.fresh(now)) refreshAhead(slot, now);
        return token.hit();
    }

    private Mono<AccessToken> missed(String sandboxId, long now) {
        if (closed) return Mono.error(new RejectedExecutionException("the token cache is closed"));
        counters.misses.increment();
        return tokens.fetch(slots.of(sandboxId, now), counters.led, counters.remembered)
                .map(CachedToken::token);
    }

    /** The old one serves on; also when this fails, until it ends. */
    private void refreshAhead(TokenSlot slot, long now) {
        if (slot.tokenFailures().remembered(now) != null || !slot.beginRefresh()) return;
        Mono<Void> refresh = tokens.fetch(slot, UNCOUNTED, UNCOUNTED)
                .doFinally(end -> slot.refreshed())
                .onErrorComplete() // counted, and remembered for whoever needs it
                .then();
        tasks.start("refreshing the token of " + slot, refresh);
    }

    /**
     * Drops the token that was used, after the server has refused it. One that came since then stays, and a server that
     * hands out the refused one again is asked once more.
     */
    public void invalidate(AccessToken used) {
        long now = times.now();
        CachedToken dropped = slots.of(used.sandboxId(), now).reject(used, now);
        if (dropped == null) return;
        counters.invalidations.increment();
        store.drop(used.sandboxId(), dropped.stamp());
    }

    /**
     * Whether the sandbox has a GPU: asked for once for all callers, unless it came with a token, and kept as long as the
     * sandbox. Lazy; cancel and errors as with {@link #get}.
     */
    public Mono<Boolean> gpu(String sandboxId) {
        return Mono.defer(() -> loaded ? foundGpu(sandboxId) : load().then(Mono.defer(() -> foundGpu(sandboxId))));
    }

    private Mono<Boolean> foundGpu(String sandboxId) {
        if (closed) return Mono.error(new RejectedExecutionException("the token cache is closed"));
        TokenSlot slot = slots.of(sandboxId, times.now());
        Boolean known = slot.gpu();
        return known == null ? gpus.fetch(slot, UNCOUNTED, UNCOUNTED) : Mono.just(known);
    }

    /** The sandbox is gone: forgets all of it. What a request that is under way brings isn't kept. */
    public void evict(String sandboxId) {
        synchronized (slots) {
            slots.evict(sandboxId);
            store.drop(sandboxId, store.stamp());
        }
    }

    /**
     * Forgets everything, in memory at once; ends when that is in the file too. What requests that are under way bring isn't
     * kept; who waits for them gets it. Lazy; cancelling stops waiting for the file.
     *
     * @return an error when the file couldn't be written; it is tried again all the same
     */
    public Mono<Void> clear() {
        return Mono.<Void>fromRunnable(this::forgetAll).then(saved());
    }

    private void forgetAll() {
        synchronized (slots) {
            slots.clear();
            store.clear(store.stamp());
        }
    }

    /**
     * Ends when what changed until now is in the file, which is written at once; at once where there is none. Lazy; cancelling
     * stops waiting.
     *
     * @return an error when it couldn't be written; it is tried again all the same
     */
    public Mono<Void> saved() {
        return store.saved();
    }

    /** What was counted until now. */
    public TokenCacheMetrics metrics() {
        return counters.snapshot(slots.size());
    }

    /** How many requests are under way. */
    int underWay() {
        return tokens.underWay() + gpus.underWay();
    }

    private Mono<Boolean> load() {
        return loads.join("tokens", this::loadOnce);
    }

    /** Callers go on where they would after any wait, not on the disk's thread. */
    private Mono<Boolean> loadOnce() {
        if (loaded) return Mono.just(true);
        return store.load().map(this::adopt).publishOn(times.timer());
    }

    /** Nothing is dropped in between, and then brought back by this. */
    private boolean adopt(SavedTokens saved) {
        synchronized (slots) {
            saved.tokens().forEach(this::adopt);
            loaded = true;
        }
        return true;
    }

    private void adopt(String sandboxId, SavedToken saved) {
        long now = times.now();
        double random = times.random().getAsDouble();
        TokenLife life = TokenLife.rest(saved, times.clock().instant(), settings, random);
        if (life == null) return;
        AccessToken token = new AccessToken(sandboxId, saved.token(), saved.gatewayUrl(), life.expiresAt());
        slots.of(sandboxId, now).adopt(CachedToken.of(token, life, now, saved.issuedAt()), saved.gpu(), now);
    }

    /** Done each minute. */
    void sweep() {
        slots.expire(times.now(), settings.idle(), settings.refreshLimit().multipliedBy(2));
    }

    /** Forgets everything in memory, refuses what comes, and fails those who wait; what isn't {@link #saved} isn't written. */
    @Override
    public void close() {
        closed = true;
        sweeper.close();
        tokens.close();
        gpus.close();
        loads.close();
        tasks.close();
        store.close();
        slots.clear();
    }
}
