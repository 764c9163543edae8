package dev.sandbar.bench;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sandbar.client.AccessToken;
import dev.sandbar.client.SandboxApiException;
import dev.sandbar.client.TokenAnswer;
import dev.sandbar.client.TokenCache;
import dev.sandbar.client.TokenCacheSettings;
import dev.sandbar.client.TokenSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The token cache: hits against {@link Mono#just} and Caffeine's asynchronous cache, and crowds of callers against a server
 * that takes 50 ms for a request, as the one of the published figures did.
 */
final class Tokens implements AutoCloseable {

    private static final int HITS = 1_000_000;
    private static final int MANY = 10_000;
    private static final double MOST_OF_JUST = 4;
    private static final Duration REQUEST = Duration.ofMillis(50);

    private final AtomicInteger requests = new AtomicInteger();
    private final TokenCacheSettings settings = TokenCacheSettings.DEFAULT.withEntries(2 * MANY);
    private final int rounds;
    private volatile Function<String, Mono<TokenAnswer>> server = this::issue;
    private volatile String valid = "";
    private TokenCache cache = cache();

    Tokens(boolean brief) {
        rounds = brief ? 9 : 30;
    }

    List<Row> measure() {
        Row[] hits = hits();
        return List.of(
                hits[0],
                hits[1],
                crowd("10,000 callers, one cold token", MANY, i -> cache.get("a"), 1),
                published("210-280 ms"),
                failures(),
                published("1,000 callers: 9,100 ms, 1,000 requests"),
                crowd("10,000 different sandboxes at once", MANY, i -> cache.get("sb" + i), MANY),
                published("2,000: 14,300 ms"),
                storm(),
                published("10,200 ms, 9 requests, 16 calls fail"));
    }

    private static Row published(String figure) {
        return Row.note("  published", "", figure);
    }

    private Row[] hits() {
        AccessToken token = cache.get("a").block();
        if (token == null) throw new IllegalStateException("no token");
        Mono<AccessToken> just = Mono.just(token);
        AsyncCache<String, AccessToken> caffeine = Caffeine.newBuilder()
                .maximumSize(MANY)
                .expireAfterWrite(Duration.ofMinutes(30))
                .recordStats()
                .buildAsync();
        caffeine.put("a", CompletableFuture.completedFuture(token));
        Samples ours = new Samples();
        Samples floor = new Samples();
        Samples peer = new Samples();
        for (int i = 0; i < rounds; i++) {
            boolean warm = i >= rounds / 3;
            nanos(id -> just, warm ? floor : new Samples());
            nanos(cache::get, warm ? ours : new Samples());
            nanos(id -> Mono.fromFuture(() -> caffeine.get(id, key -> token), true), warm ? peer : new Samples());
        }
        return new Row[] {
            nanoRow("a hit, against Mono.just", ours, floor, MOST_OF_JUST),
            nanoRow("a hit, against Caffeine's async cache", ours, peer, 1)
        };
    }

    private void nanos(Function<String, Mono<AccessToken>> get, Samples times) {
        int[] count = {0};
        long start = System.nanoTime();
        for (int i = 0; i < HITS; i++) get.apply("a").subscribe(token -> count[0]++);
        times.add((System.nanoTime() - start) / (double) HITS);
        if (count[0] != HITS) throw new IllegalStateException("only " + count[0] + " hits");
    }

    private static Row nanoRow(String what, Samples ours, Samples floor, double most) {
        double ratio = ours.p50() / floor.p50();
        return new Row(
                what,
                Row.format("%.0f / %.0f ns", ours.p50(), ours.p95()),
                Row.format("%.0f / %.0f ns", floor.p50(), floor.p95()),
                Row.format("%.2fx", ratio),
                Row.format("at most %.0fx", most),
                Row.yes(ratio <= most));
    }

    private Row crowd(String what, int callers, IntFunction<Mono<AccessToken>> get, int expected) {
        Samples times = new Samples();
        for (int i = 0; i < rounds; i++) {
            renew();
            Samples now = i < rounds / 3 ? new Samples() : times;
            long start = System.nanoTime();
            run(callers, get);
            now.addMillisSince(start);
            expect(requests.get(), expected);
        }
        return new Row(what, Row.millis(times), "", "", "requests: " + expected, "met");
    }

    private Row failures() {
        server = id ->
                Mono.delay(REQUEST).flatMap(time -> Mono.error(new SandboxApiException(404, "404", "gone", null)));
        Row row = crowd("10,000 callers, the server answers 404", MANY, i -> cache.get("a"), 1);
        server = this::issue;
        return row;
    }

    /** All have the same token, which is revoked: each is refused, drops it and asks for another. */
    private Row storm() {
        Samples times = new Samples();
        for (int i = 0; i < rounds; i++) {
            renew();
            AccessToken old = cache.get("a").block();
            if (old == null) throw new IllegalStateException("no token");
            valid = "";
            Samples now = i < rounds / 3 ? new Samples() : times;
            long start = System.nanoTime();
            run(1_000, caller -> refused(old));
            now.addMillisSince(start);
            expect(requests.get(), 2);
        }
        return new Row("1,000 calls, their token revoked", Row.millis(times), "", "", "requests: 1, all well", "met");
    }

    private Mono<AccessToken> refused(AccessToken old) {
        return Mono.fromRunnable(() -> cache.invalidate(old))
                .then(Mono.defer(() -> cache.get("a")))
                .filter(token -> token.value().equals(valid))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("a call failed")));
    }

    private void run(int callers, IntFunction<Mono<AccessToken>> get) {
        CountDownLatch left = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            get.apply(i).subscribe(token -> left.countDown(), error -> {
                if (error instanceof SandboxApiException) left.countDown();
            });
        }
        try {
            if (!left.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(left.getCount() + " calls failed");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void expect(int requests, int expected) {
        if (requests != expected) throw new IllegalStateException(requests + " requests instead of " + expected);
    }

    private Mono<TokenAnswer> issue(String sandboxId) {
        return Mono.delay(REQUEST).map(time -> {
            valid = "t" + requests.get();
            return new TokenAnswer(valid, null, null, Duration.ofMinutes(30), null, null);
        });
    }

    private void renew() {
        cache.close();
        requests.set(0);
        cache = cache();
    }

    private TokenCache cache() {
        TokenSource source = new TokenSource() {
            @Override
            public Mono<TokenAnswer> issue(String sandboxId) {
                requests.incrementAndGet();
                return server.apply(sandboxId);
            }

            @Override
            public Mono<Boolean> gpu(String sandboxId) {
                return Mono.just(false);
            }
        };
        return TokenCache.of(source, settings, Schedulers.parallel(), Clock.systemUTC());
    }

    @Override
    public void close() {
        cache.close();
    }
}
