package dev.sandbar.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How tokens are asked for: of the source, kept in the sandbox's slot, and from there in the store. */
final class TokenIssues implements TokenFetches.Thing<CachedToken> {

    private final TokenSource source;
    private final TokenCacheSettings settings;
    private final TokenTimes times;
    private final TokenCounters counters;
    private final TokenStore store;

    TokenIssues(
            TokenSource source,
            TokenCacheSettings settings,
            TokenTimes times,
            TokenCounters counters,
            TokenStore store) {
        this.source = source;
        this.settings = settings;
        this.times = times;
        this.counters = counters;
        this.store = store;
    }

    /** One that is to be refreshed ahead is to be asked for. */
    @Override
    public @Nullable CachedToken known(TokenSlot slot) {
        CachedToken token = slot.token();
        return token != null && token.fresh(times.now()) ? token : null;
    }

    @Override
    public TokenFailures failures(TokenSlot slot) {
        return slot.tokenFailures();
    }

    /** A server that hands out a token that it has just refused is asked once more, and no further. */
    @Override
    public Mono<CachedToken> request(TokenSlot slot) {
        Mono<CachedToken> issued = Mono.defer(() -> issue(slot));
        return issued.switchIfEmpty(issued).switchIfEmpty(Mono.error(() -> refusedItself(slot)));
    }

    private static SandboxClientException refusedItself(TokenSlot slot) {
        return new SandboxClientException(
                "the server gives for sandbox " + slot + " only tokens that it has refused: its clock may be wrong",
                null);
    }

    private Mono<CachedToken> issue(TokenSlot slot) {
        long begun = times.now();
        counters.refreshes.increment();
        return source.issue(slot.sandboxId())
                .mapNotNull(answer -> accepted(slot, answer))
                .doFinally(end -> counters.refreshed(times.now() - begun));
    }

    private @Nullable CachedToken accepted(TokenSlot slot, TokenAnswer answer) {
        long now = times.now();
        Instant today = times.clock().instant();
        TokenLife life = TokenLife.of(answer, today, settings, times.random().getAsDouble());
        AccessToken token = new AccessToken(slot.sandboxId(), answer.token(), answer.gatewayUrl(), life.expiresAt());
        CachedToken fresh = CachedToken.of(token, life, now, store.stamp());
        Boolean gpu = answer.gpu();
        if (gpu != null) slot.gpu(gpu);
        return slot.accept(fresh, now, () -> keep(slot, fresh)) ? fresh : null;
    }

    /** Has it saved. A token whose end isn't known would come back as one that never ends. */
    void keep(TokenSlot slot, CachedToken kept) {
        AccessToken token = kept.token();
        if (token.expiresAt() == null) return;
        Instant end = times.clock().instant().plusNanos(kept.hard() - times.now());
        SavedToken saved =
                new SavedToken(token.value(), token.gatewayUrl(), kept.stamp(), SavedToken.micros(end), slot.gpu());
        store.put(slot.sandboxId(), saved);
    }

    @Override
    public void failed(TokenSlot slot, Throwable error) {
        counters.failures.increment();
        if (!Pauses.gone(error)) return;
        slot.drop();
        store.drop(slot.sandboxId(), store.stamp());
    }
}
