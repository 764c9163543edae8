package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** A thousand clients, each with a token cache of its own, work in a few sandboxes whose tokens are revoked all the time. */
@Tag("alone")
class TokenStormIT {

    private static final int CLIENTS = 1_000;
    private static final int COMMANDS = 2;
    private static final int SANDBOXES = 10;
    private static final int CONNECTIONS = 1_100;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String KEY = "e2b_" + "5d".repeat(20);

    @TempDir
    static Path directory = Path.of("");

    private static final ConnectionProvider POOL = ConnectionProvider.builder("storm")
            .maxConnections(CONNECTIONS)
            .pendingAcquireMaxCount(-1)
            .pendingAcquireTimeout(LIMIT)
            .build();

    /** A thousand clients on few processors are answered late; how late is none of this test's. */
    private static final TokenCacheSettings TOKENS = new TokenCacheSettings(
            10,
            LIMIT.multipliedBy(2),
            LIMIT,
            TokenCacheSettings.DEFAULT.margin(),
            TokenCacheSettings.DEFAULT.clockSkew(),
            TokenCacheSettings.DEFAULT.unknownLife(),
            TokenCacheSettings.DEFAULT.longest(),
            TokenCacheSettings.DEFAULT.loadLimit(),
            TokenCacheSettings.DEFAULT.saveDelay(),
            null);

    private static final Scheduler TIMER = Schedulers.newParallel("storm", 1, true);

    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException {
        service = new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.SMALL);
    }

    @AfterAll
    static void stop() {
        POOL.dispose();
        TIMER.dispose();
        service.stop();
        assertThat(service.output()).doesNotContain("LEAK:");
    }

    private static SandboxClient client(int number) {
        return SandboxClient.builder(service.address())
                .apiKey(KEY)
                .totalTimeout(LIMIT)
                .responseTimeout(LIMIT)
                .httpClient(HttpClient.create(POOL))
                .timer(TIMER)
                .tokens(TOKENS)
                .build();
    }

    /** Asked for by each client: at first, and for each revocation that it has met. */
    private static void assertNoTokenInVain(SandboxClient client) {
        TokenCacheMetrics tokens = client.tokenMetrics();
        assertThat(tokens.refreshes()).isBetween(1L, 1 + tokens.invalidations());
    }

    @Test
    void noCallFailsAndNoTokenIsAskedForInVain() {
        List<SandboxClient> clients =
                IntStream.range(0, CLIENTS).mapToObj(TokenStormIT::client).toList();
        List<String> sandboxes = Flux.range(0, SANDBOXES)
                .concatMap(i -> clients.get(0).create(CreateSandbox.of("base").withTimeout(Duration.ofMinutes(30))))
                .map(RemoteSandbox::id)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        AtomicInteger revoked = new AtomicInteger();
        Disposable revoking = revokeAgainAndAgain(sandboxes, revoked);
        List<CommandResult> results = Flux.range(0, CLIENTS)
                .flatMap(i -> work(clients.get(i), sandboxes.get(i % SANDBOXES)), CLIENTS)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        revoking.dispose();
        assertThat(results).hasSizeGreaterThanOrEqualTo(CLIENTS * COMMANDS).allMatch(CommandResult::succeeded);
        assertThat(revoked).hasValueGreaterThan(SANDBOXES);
        clients.forEach(TokenStormIT::assertNoTokenInVain);
        Flux.fromIterable(sandboxes)
                .flatMap(id -> clients.get(0).kill(id), SANDBOXES)
                .blockLast(LIMIT);
        clients.forEach(SandboxClient::close);
    }

    /** So many commands at least, and until the client has met a revocation. */
    private static Flux<CommandResult> work(SandboxClient client, String sandbox) {
        AtomicInteger begun = new AtomicInteger();
        Mono<CommandResult> command = Mono.defer(() -> client.sandbox(sandbox)
                .commands()
                .run(CommandSpec.of("echo", String.valueOf(begun.incrementAndGet()))));
        return command.repeat(
                () -> begun.get() < COMMANDS || client.tokenMetrics().invalidations() == 0);
    }

    private static Disposable revokeAgainAndAgain(List<String> sandboxes, AtomicInteger revoked) {
        WebClient http = WebClient.builder()
                .baseUrl(service.address().toString())
                .defaultHeader("X-API-Key", KEY)
                .build();
        return Flux.interval(PAUSE)
                .onBackpressureDrop()
                .concatMap(beat -> revoke(http, sandboxes.get(revoked.getAndIncrement() % SANDBOXES)))
                .subscribe();
    }

    private static Mono<Void> revoke(WebClient http, String sandbox) {
        return http.delete()
                .uri("/sandboxes/{id}/auth", sandbox)
                .retrieve()
                .toBodilessEntity()
                .then();
    }
}
