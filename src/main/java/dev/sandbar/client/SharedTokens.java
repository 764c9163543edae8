package dev.sandbar.client;

import dev.sandbar.async.SingleFlight;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tokens in memory, each asked for once for all who lack it, until shortly before its end. */
final class SharedTokens implements Tokens, AutoCloseable {

    private static final int MOST = 10_000;
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final Map<String, AccessToken> known = new LinkedHashMap<>();
    private final TokenSource source;
    private final SingleFlight<String, AccessToken> flights;
    private final Scheduler timer;

    SharedTokens(TokenSource source, Duration limit, Scheduler timer) {
        this.source = source;
        this.flights = new SingleFlight<>("tokens", limit, MOST, timer);
        this.timer = timer;
    }

    @Override
    public Mono<AccessToken> get(String sandboxId) {
        return Mono.defer(() -> {
            AccessToken live = live(sandboxId);
            return live == null ? flights.join(sandboxId, () -> fetch(sandboxId)) : Mono.just(live);
        });
    }

    private @Nullable AccessToken live(String sandboxId) {
        synchronized (known) {
            AccessToken token = known.get(sandboxId);
            Instant end = token == null ? null : token.expiresAt();
            return end == null || !end.isAfter(now().plus(MARGIN)) ? null : token;
        }
    }

    private Mono<AccessToken> fetch(String sandboxId) {
        return source.issue(sandboxId).map(answer -> keep(sandboxId, answer));
    }

    private AccessToken keep(String sandboxId, TokenAnswer answer) {
        Instant end = answer.expiresIn() == null ? answer.expiresAt() : now().plus(answer.expiresIn());
        AccessToken token = new AccessToken(sandboxId, answer.token(), answer.gatewayUrl(), end);
        synchronized (known) {
            if (known.size() >= MOST) known.remove(known.keySet().iterator().next());
            known.put(sandboxId, token);
        }
        return token;
    }

    @Override
    public void invalidate(AccessToken used) {
        synchronized (known) {
            known.remove(used.sandboxId(), used);
        }
    }

    @Override
    public void evict(String sandboxId) {
        synchronized (known) {
            known.remove(sandboxId);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        flights.close();
    }
}
