package dev.sandbar.web.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.event.SseFrame;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Refusals;
import dev.sandbar.web.http.RouteTable;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/** A server with the events of one stream at {@code /events}, a stream that breaks off, one of a huge event, and one without end. */
final class SseServer implements AutoCloseable {

    private static final String STREAM = "tests";
    private static final SseFrame BIG = SseFrame.of(1, "big", ("\"" + "x".repeat(30_000) + "\"").getBytes(UTF_8));

    private static final SseFrame HUGE = new SseFrame(1, "huge", new byte[30_000_000]);

    final MemoryStore store = new MemoryStore();
    final Events events;
    final ServerSentEvents sse;
    final Sinks.Empty<Void> broken = Sinks.empty();
    private final DisposableServer server;

    SseServer(SseSettings settings, Scheduler time) {
        JsonMapper mapper = JsonMapper.shared();
        EventSettings bounds = new EventSettings(new Retention(100, Long.MAX_VALUE), 3, 16, 100_000);
        events = new Events(store, mapper, bounds, Clock.systemUTC(), Schedulers.parallel());
        Refusals refusals = new Refusals(new Json(mapper, 1000));
        sse = new ServerSentEvents(refusals, settings, time);
        sse.begin();
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes().filter(refusals))))
                .bindNow();
    }

    private RouterFunction<ServerResponse> routes() {
        Flux<SseFrame> breaks =
                Flux.just(SseFrame.OPEN).concatWith(broken.asMono().cast(SseFrame.class));
        return new RouteTable()
                .get(
                        "/events",
                        request -> sse.answer(request, events.follow(STREAM, LastEvent.of(request), "last"::equals)))
                .get("/broken", request -> sse.answer(request, breaks))
                .get(
                        "/huge",
                        request -> sse.answer(
                                request, Flux.just(SseFrame.OPEN, HUGE).concatWith(Flux.never())))
                .get(
                        "/endless",
                        request -> sse.answer(request, Flux.just(BIG).repeat().startWith(SseFrame.OPEN)))
                .build();
    }

    void append(String type) {
        store.commit(events.event(STREAM, type, Map.of("text", "hello"))).block();
        events.committed(STREAM);
    }

    void append(int count) {
        for (int i = 0; i < count; i++) append("some");
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        events.close();
        sse.close();
        broken.tryEmitEmpty();
        server.disposeNow(Duration.ofSeconds(5));
    }
}
