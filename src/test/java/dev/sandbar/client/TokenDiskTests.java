package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Real threads: BlockHound fails whatever would block one of those that mustn't. */
@DisplayName("a.10.7, a.10.10 readers don't wait for the disk")
class TokenDiskTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ScriptedSource source = new ScriptedSource();
    private final Scheduler loop = Schedulers.newParallel("loop", 1);
    private final Scheduler disk = Schedulers.newBoundedElastic(1, 10, "disk", 60, true);

    @TempDir
    Path directory;

    private TokenCacheSettings settings = TokenCacheSettings.DEFAULT;

    @BeforeEach
    void file() {
        settings = settings.withFile(directory.resolve("tokens.json"));
    }

    @AfterEach
    void stop() {
        loop.dispose();
        disk.dispose();
    }

    @Test
    void everythingWorksFromAThreadThatMustNotBlock() throws IOException {
        try (TokenCache cache = TokenCache.of(source, settings, loop, Clock.systemUTC())) {
            AccessToken token = onLoop(cache.get("a"));
            cache.invalidate(token);
            assertThat(onLoop(cache.get("a").zipWith(cache.gpu("a"))).getT1().value())
                    .isEqualTo("a-2");
            onLoop(cache.saved().thenReturn(true));
            onLoop(Mono.fromRunnable(() -> cache.evict("b")).then(cache.saved()).thenReturn(true));
            assertThat(Files.readString(directory.resolve("tokens.json")))
                    .contains("a-2")
                    .doesNotContain("a-1");
            onLoop(cache.clear().thenReturn(true));
            assertThat(Files.readString(directory.resolve("tokens.json"))).doesNotContain("a-2");
        }
    }

    @Test
    void callersGoOnOffTheDisksThreadAfterTheFileWasRead() {
        CountDownLatch freed = new CountDownLatch(1);
        disk.schedule(() -> await(freed));
        TokenCacheSettings patient = new TokenCacheSettings(
                10, LIMIT.multipliedBy(2), LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, settings.file());
        TokenTimes times = TokenTimes.of(loop, Clock.systemUTC());
        try (TokenCache cache = new TokenCache(source, patient, times, disk)) {
            CompletableFuture<@Nullable String> thread = cache.get("a")
                    .map(token -> Thread.currentThread().getName())
                    .toFuture();
            freed.countDown();
            assertThat(thread).succeedsWithin(LIMIT).asString().startsWith("loop");
        }
    }

    @Test
    void diskThatHangsIsAnEmptyCacheAndLaterAFailedSave() {
        CountDownLatch freed = new CountDownLatch(1);
        disk.schedule(() -> await(freed));
        TokenTimes times = TokenTimes.of(loop, Clock.systemUTC());
        try (TokenCache cache = new TokenCache(source, settings, times, disk)) {
            assertThat(onLoop(cache.get("a")).value()).isEqualTo("a-1");
            assertThat(onLoop(cache.get("a")).value()).isEqualTo("a-1");
            assertThat(cache.metrics().saveFailures()).isEqualTo(1);
            freed.countDown();
            onLoop(cache.saved().thenReturn(true));
            assertThat(directory.resolve("tokens.json")).content().contains("a-1");
        } finally {
            freed.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T onLoop(Mono<T> mono) {
        return Objects.requireNonNull(mono.subscribeOn(loop).block(LIMIT));
    }
}
