package dev.sandbar.client;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A token cache whose time a test moves; the disk is used on the thread that moves it. */
final class VirtualCache implements AutoCloseable {

    static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final ScriptedSource source = new ScriptedSource();
    final TokenCache cache;
    volatile double random;
    volatile Duration clockAhead = Duration.ZERO;

    VirtualCache() {
        this(TokenCacheSettings.DEFAULT);
    }

    VirtualCache(Path file) {
        this(TokenCacheSettings.DEFAULT.withFile(file));
    }

    VirtualCache(TokenCacheSettings settings) {
        cache = new TokenCache(source, settings, times(), Schedulers.immediate());
    }

    TokenTimes times() {
        return new TokenTimes(time, new WallClock(), () -> time.now(TimeUnit.NANOSECONDS), () -> random);
    }

    void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Of what is there at once. */
    String get(String sandboxId) {
        return Objects.requireNonNull(now(cache.get(sandboxId))).value();
    }

    AccessToken token(String sandboxId) {
        return Objects.requireNonNull(now(cache.get(sandboxId)));
    }

    Throwable error(String sandboxId) {
        return Objects.requireNonNull(now(cache.get(sandboxId)
                .<Throwable>map(token -> new AssertionError("there is a token"))
                .onErrorResume(Mono::just)));
    }

    private static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.toFuture().getNow(null), "not there at once");
    }

    TokenCacheMetrics metrics() {
        return cache.metrics();
    }

    @Override
    public void close() {
        cache.close();
    }

    private final class WallClock extends Clock {

        @Override
        public Instant instant() {
            return START.plusNanos(time.now(TimeUnit.NANOSECONDS)).plus(clockAhead);
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
