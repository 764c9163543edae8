package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.command.Cause;
import dev.sandbar.command.CommandLimits;
import dev.sandbar.command.Commands;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxListener;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.session.SandboxEnds;
import dev.sandbar.session.SessionSettings;
import dev.sandbar.session.Sessions;
import dev.sandbar.store.Store;
import dev.sandbar.store.memory.MemoryJournals;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.ApiKeys;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.token.MemoryKeyFile;
import dev.sandbar.token.SessionTickets;
import dev.sandbar.token.TokenSettings;
import dev.sandbar.web.data.Preflights;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Refusals;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.idempotency.IdempotencySettings;
import dev.sandbar.web.sse.ServerSentEvents;
import dev.sandbar.web.sse.SseSettings;
import dev.sandbar.web.wire.ConnectionSettings;
import dev.sandbar.web.wire.ServerRules;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP API over a runtime in memory, served by a real server on a port of its own. */
final class TestService implements AutoCloseable {

    static final String KEY = "e2b_0000000000000000000000000000000000000001";
    static final String OTHER_KEY = "e2b_0000000000000000000000000000000000000002";
    static final int MOST = 5;
    static final CommandLimits LIMITS =
            new CommandLimits(1024 * 1024, 8L << 20, 4, 8, 100, Duration.ofHours(1), Duration.ofSeconds(30));

    private static final Limits CEILINGS = new Limits(1, 512, 512, 64);
    private static final String SIZES = """
            default: cpu-basic
            hardware:
              cpu-basic: {usd-per-hour: 0}
              cpu-upgrade: {cpus: 4, usd-per-hour: 0.05}
            """;

    final MemoryRuntime runtime = new MemoryRuntime();
    final AccessTokens tokens = new AccessTokens(new byte[32]);
    final Events events;
    final BearerTokens bearers;
    final Sandboxes sandboxes;
    final Commands commands;
    final Sessions sessions;
    final HardwareCatalogue hardware = HardwareCatalogue.read(SIZES, "these tests", CEILINGS, "memory");
    final SessionTickets tickets = new SessionTickets(new byte[32], Clock.tickMillis(ZoneOffset.UTC));
    final DisposableServer server;
    private final ConnectionSettings connections;
    final Store store = new MemoryStore();
    final Idempotency idempotency = new Idempotency(
            store, IdempotencySettings.DEFAULT, Clock.tickMillis(ZoneOffset.UTC), Schedulers.parallel());
    private final BackgroundTasks tasks = new BackgroundTasks("tests", 1000, Schedulers.parallel());

    TestService() {
        this(TokenSettings.DEFAULT);
    }

    TestService(TokenSettings tokenSettings) {
        this(tokenSettings, WebSettings.of("test"), ConnectionSettings.DEFAULT, HttpProtocol.HTTP11);
    }

    TestService(WebSettings settings) {
        this(TokenSettings.DEFAULT, settings, ConnectionSettings.DEFAULT, HttpProtocol.HTTP11);
    }

    TestService(ConnectionSettings connections) {
        this(TokenSettings.DEFAULT, WebSettings.of("test"), connections, HttpProtocol.HTTP11);
    }

    /** One that speaks HTTP/2 too, in clear. */
    static TestService ofHttp2(ConnectionSettings connections) {
        HttpProtocol[] both = {HttpProtocol.HTTP11, HttpProtocol.H2C};
        return new TestService(TokenSettings.DEFAULT, WebSettings.of("test"), connections, both);
    }

    private TestService(
            TokenSettings tokenSettings,
            WebSettings webSettings,
            ConnectionSettings connections,
            HttpProtocol... protocols) {
        this.connections = connections;
        commands = new Commands(
                LIMITS,
                new MemoryStore(),
                new MemoryJournals(1 << 20),
                runtime::strain,
                new Budget("memory", 1L << 30),
                tasks,
                Schedulers.parallel());
        bearers = BearerTokens.open(
                new BearerTokens.Parts(
                        tokenSettings,
                        this::ownerOf,
                        "test",
                        store,
                        tasks,
                        Clock.tickMillis(ZoneOffset.UTC),
                        Schedulers.parallel()),
                new MemoryKeyFile());
        SandboxListener ends =
                (sandbox, cause) -> Mono.fromRunnable(() -> commands.endSandbox(sandbox.id(), Cause.SANDBOX_KILLED))
                        .then(bearers.forget(sandbox.id()));
        SandboxSettings sandboxSettings = new SandboxSettings(
                CEILINGS, MOST, MOST, Duration.ofHours(1), Duration.ofSeconds(5), SandboxSettings.Keep.DEFAULT);
        events = new Events(
                store,
                JsonMapper.shared(),
                EventSettings.DEFAULT,
                Clock.tickMillis(ZoneOffset.UTC),
                Schedulers.parallel());
        SandboxEnds sessionEnds = new SandboxEnds();
        sandboxes = sandboxes(sandboxSettings, List.of(ends, sessionEnds));
        sessions = sessions(sessionEnds);
        server = serve(webSettings, protocols);
    }

    private @Nullable String ownerOf(String id) {
        Sandbox sandbox = sandboxes.find(id);
        return sandbox == null ? null : sandbox.owner();
    }

    private Sandboxes sandboxes(SandboxSettings settings, List<SandboxListener> ends) {
        Clock clock = Clock.tickMillis(ZoneOffset.UTC);
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        Sandboxes made = new Sandboxes(runtime, store, events, turns, tasks, clock, settings, ends);
        made.recover().block(Duration.ofSeconds(5));
        return made;
    }

    private Sessions sessions(SandboxEnds ends) {
        Sessions made = new Sessions(
                sandboxes,
                hardware,
                store,
                events,
                new KeyedMutex<>("sessions", Schedulers.parallel()),
                tasks,
                new EchoTools(),
                ends,
                Clock.tickMillis(ZoneOffset.UTC),
                Schedulers.parallel(),
                SessionSettings.DEFAULT);
        made.recover().block(Duration.ofSeconds(5));
        return made;
    }

    private DisposableServer serve(WebSettings settings, HttpProtocol... protocols) {
        JsonMapper mapper = JsonMapper.builder().build();
        ApiKeys keys = new ApiKeys(Map.of(KEY, "one", OTHER_KEY, "two"));
        SandbarRoutes routes = new SandbarRoutes(
                sandboxes,
                events,
                commands,
                keys,
                tokens,
                bearers,
                runtime.capabilities(),
                new SandbarRoutes.OfSessions(sessions, hardware, tickets),
                streams(mapper, settings),
                idempotency,
                mapper,
                settings);
        HttpHandler handler = WebHttpHandlerBuilder.webHandler(RouterFunctions.toWebHandler(routes.routes()))
                .filter(new Preflights())
                .exceptionHandler(new ErrorAnswers(mapper, settings))
                .build();
        return new ServerRules(mapper, settings, connections)
                .apply(HttpServer.create().host("127.0.0.1").port(0).protocol(protocols))
                .handle(new ReactorHttpHandlerAdapter(handler))
                .bindNow();
    }

    private static ServerSentEvents streams(JsonMapper mapper, WebSettings settings) {
        Refusals refusals = new Refusals(new Json(mapper, settings.bodyLimit()));
        return new ServerSentEvents(refusals, SseSettings.DEFAULT, Schedulers.parallel());
    }

    int port() {
        return server.port();
    }

    /** A client without an API key. */
    WebTestClient anonymous() {
        return WebTestClient.bindToServer(new ReactorClientHttpConnector(HttpClient.create()))
                .baseUrl("http://127.0.0.1:" + port())
                .responseTimeout(Duration.ofSeconds(20))
                .filter((request, next) -> next.exchange(request).flatMap(TestService::kept))
                .build();
    }

    /** Takes the whole body at once, so that none is lost by a test that doesn't look at it. */
    private static Mono<ClientResponse> kept(ClientResponse response) {
        return response.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> response.mutate()
                        .body(Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(bytes)))
                        .build());
    }

    /** A client of the first owner. */
    WebTestClient control() {
        return anonymous().mutate().defaultHeader("X-API-Key", KEY).build();
    }

    /** Begins to read a stream, and hangs up when something has come. */
    void readAndLeave(String path) {
        read(path).dispose();
    }

    /** Reads a stream until it is disposed of; begins with it before it returns. */
    Disposable read(String path) {
        Sinks.Empty<Void> begun = Sinks.empty();
        Disposable reader = HttpClient.create()
                .headers(headers -> headers.set("X-API-Key", KEY))
                .get()
                .uri("http://127.0.0.1:" + port() + path)
                .response((response, body) -> body.asString()
                        .doOnNext(text -> assertThat(response.status().code()).isEqualTo(200)))
                .subscribe(text -> begun.tryEmitEmpty(), begun::tryEmitError);
        begun.asMono().block(Duration.ofSeconds(10));
        return reader;
    }

    /** A client of one sandbox. */
    WebTestClient data(String id) {
        return anonymous()
                .mutate()
                .defaultHeader("E2b-Sandbox-Id", id)
                .defaultHeader("E2b-Sandbox-Port", "49983")
                .defaultHeader("X-Access-Token", tokens.of(id))
                .build();
    }

    /** A client with a short-lived token, for the control plane and our own routes. */
    WebTestClient bearer(String token) {
        return anonymous()
                .mutate()
                .defaultHeader("Authorization", "Bearer " + token)
                .build();
    }

    /** A client of one sandbox that has a short-lived token only. */
    WebTestClient bearerData(String id, String token) {
        return bearer(token)
                .mutate()
                .defaultHeader("E2b-Sandbox-Id", id)
                .defaultHeader("E2b-Sandbox-Port", "49983")
                .build();
    }

    /** A short-lived token of the first owner's sandbox. */
    String token(String id) {
        byte[] body = control()
                .post()
                .uri("/sandboxes/" + id + "/auth")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return JsonMapper.shared().readTree(body).path("token").asString("");
    }

    /** Makes a sandbox and tells its id. */
    String sandbox() {
        return create("{\"templateID\":\"base\",\"timeout\":60}");
    }

    String create(String body) {
        return SandboxId.in(control()
                .post()
                .uri("/v2/sandboxes")
                .header("Content-Type", "application/json")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    /** As a service stops: requests still come for a moment. */
    void begunToStop() {
        commands.close();
        events.close();
        tasks.close();
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
        idempotency.close();
        events.close();
        commands.close();
        bearers.close();
        tasks.close();
    }
}
