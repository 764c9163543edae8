package dev.sandbar.web;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.async.Shares;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.session.SandboxEnds;
import dev.sandbar.session.SessionRequest;
import dev.sandbar.session.SessionSettings;
import dev.sandbar.session.Sessions;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.token.ApiKeys;
import dev.sandbar.web.http.Bodies;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Refusals;
import dev.sandbar.web.mcp.McpClients;
import dev.sandbar.web.mcp.McpPreflights;
import dev.sandbar.web.mcp.McpRoutes;
import dev.sandbar.web.mcp.McpSettings;
import dev.sandbar.web.sse.ServerSentEvents;
import dev.sandbar.web.sse.SseSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.json.JsonMapper;

/** MCP over sessions of a runtime in memory, served by a real server; heartbeats beat in a time of their own. */
final class McpService implements AutoCloseable {

    static final McpSettings SETTINGS = new McpSettings(Duration.ofSeconds(5), 64, List.of("https://Listed.example/"));
    private static final byte[] SECRET = new byte[32];
    private static final Limits LIMITS = new Limits(1, 512, 512, 64);
    private static final String SIZES = """
            default: cpu-basic
            hardware:
              cpu-basic: {usd-per-hour: 0}
              cpu-upgrade: {cpus: 4, usd-per-hour: 0.05}
            """;

    final SayTool tools = new SayTool();
    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final McpClients clients = new McpClients(SETTINGS, SECRET);
    final Sessions sessions;
    private final MemoryStore store = new MemoryStore();
    private final BackgroundTasks tasks = new BackgroundTasks("tests", 1000, Schedulers.parallel());
    private final Events events =
            new Events(store, JsonMapper.shared(), EventSettings.DEFAULT, Clock.systemUTC(), Schedulers.parallel());
    private final DisposableServer server;

    McpService() {
        SandboxEnds ends = new SandboxEnds();
        SandboxSettings settings = new SandboxSettings(
                LIMITS, 20, 20, Duration.ofHours(1), Duration.ofSeconds(5), SandboxSettings.Keep.DEFAULT);
        MemoryRuntime runtime = new MemoryRuntime();
        Sandboxes sandboxes = new Sandboxes(
                runtime, store, events, turns("sandboxes"), tasks, Clock.systemUTC(), settings, List.of(ends));
        sessions = new Sessions(
                sandboxes,
                HardwareCatalogue.read(SIZES, "these tests", LIMITS, "memory"),
                store,
                events,
                turns("sessions"),
                tasks,
                tools,
                ends,
                Clock.systemUTC(),
                Schedulers.parallel(),
                SessionSettings.DEFAULT);
        sandboxes.recover().then(sessions.recover()).block(Duration.ofSeconds(5));
        server = serve();
    }

    private static KeyedMutex<String> turns(String name) {
        return new KeyedMutex<>(name, Schedulers.parallel());
    }

    private DisposableServer serve() {
        Json json = new Json(JsonMapper.builder().build(), 64 * 1024);
        Refusals refusals = new Refusals(json);
        ApiKeys keys = new ApiKeys(Map.of(TestService.KEY, "one", TestService.OTHER_KEY, "two"));
        ServerSentEvents streams = new ServerSentEvents(refusals, SseSettings.DEFAULT, Schedulers.parallel());
        Bodies bodies = new Bodies(new Shares("bodies", 64L << 20, 32L << 20));
        var routes = new McpRoutes(sessions, clients, keys, streams, json, time, "1.2.3")
                .owned()
                .filter(bodies)
                .filter(refusals)
                .filter(new OnEventLoop());
        var handler = WebHttpHandlerBuilder.webHandler(RouterFunctions.toWebHandler(routes))
                .filter(new McpPreflights(SETTINGS))
                .exceptionHandler(new ErrorAnswers(JsonMapper.shared(), WebSettings.of("test")))
                .build();
        return HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(handler))
                .bindNow();
    }

    int port() {
        return server.port();
    }

    /** Opens a session of the first owner. */
    String session() {
        SessionRequest wanted = new SessionRequest("one", null, null, "base", null, Map.of(), Map.of(), null, null);
        return Objects.requireNonNull(sessions.open(wanted).block(Duration.ofSeconds(5)))
                .session()
                .id();
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
        events.close();
        tasks.close();
    }
}
