package dev.sandbar.bench;

import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.event.SseFrame;
import dev.sandbar.store.Change;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.Store;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.store.sqlite.SqliteSettings;
import dev.sandbar.store.sqlite.SqliteStore;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Refusals;
import dev.sandbar.web.http.RouteTable;
import dev.sandbar.web.sse.LastEvent;
import dev.sandbar.web.sse.ServerSentEvents;
import dev.sandbar.web.sse.SseSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two servers in a process of their own: our event streams over WebFlux, and plain Reactor Netty that writes one ready
 * frame again and again and flushes once behind what comes together. Both serve {@code GET /events}, and write so many
 * events to all readers by {@code POST /<count>}. Ours has another stream below {@code /stored}, in a file.
 */
public final class EventServer {

    private static final String STREAM = "bench";
    private static final int AT_ONCE = 500;
    private static final Map<String, Object> DATA =
            Map.of("sandboxID", "b0b0b0b0b0b0b0b0b0b0", "cause", "x".repeat(60));

    private final Store store = new MemoryStore();
    private final Store file;
    private final Events events;
    private final Events stored;
    private final ServerSentEvents streams;
    private final Sinks.Many<Integer> rounds = Sinks.many().multicast().directBestEffort();
    private final ByteBuf frame;

    private EventServer(Path database) {
        file = SqliteStore.open(database, SqliteSettings.DEFAULT);
        events = over(store);
        stored = over(file);
        Json json = new Json(JsonMapper.shared(), 1000);
        streams = new ServerSentEvents(new Refusals(json), SseSettings.DEFAULT, Schedulers.parallel());
        byte[] bytes = SseFrame.of(1_000, "sandbox.some", json.bytes(DATA)).bytes();
        frame = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }

    private static Events over(Store store) {
        EventSettings usual = EventSettings.DEFAULT;
        Retention all = new Retention(1_000_000, Long.MAX_VALUE);
        EventSettings settings = new EventSettings(all, usual.readers(), usual.recent(), usual.recentBytes());
        return new Events(store, JsonMapper.shared(), settings, Clock.systemUTC(), Schedulers.parallel());
    }

    /** Argument: the file of the store. Prints the ports of ours and of the plain one. */
    public static void main(String[] arguments) {
        EventServer server = new EventServer(Path.of(arguments[0]));
        server.streams.begin();
        HttpServer any = HttpServer.create().host("127.0.0.1").port(0);
        DisposableServer ours =
                any.handle(new ReactorHttpHandlerAdapter(server.ours())).bindNow();
        DisposableServer plain = any.handle(server::plain).bindNow();
        System.out.println(ours.port() + " " + plain.port());
        ours.onDispose().block();
    }

    private HttpHandler ours() {
        return RouterFunctions.toHttpHandler(new RouteTable()
                .get("/events", request -> follow(request, events))
                .get("/stored/events", request -> follow(request, stored))
                .post("/stored/{count}", this::fill)
                .post("/{count}", this::append)
                .build());
    }

    private Mono<ServerResponse> follow(ServerRequest request, Events from) {
        return streams.answer(request, from.follow(STREAM, LastEvent.of(request), "last"::equals));
    }

    private Mono<ServerResponse> fill(ServerRequest request) {
        int count = Integer.parseInt(request.pathVariable("count"));
        Change change = stored.event(STREAM, "sandbox.some", DATA);
        return Flux.range(0, count / AT_ONCE)
                .concatMap(number -> file.commit(Collections.nCopies(AT_ONCE, change)))
                .then(ServerResponse.noContent().build());
    }

    /** Each event is a commit of its own, as it is in life. */
    private Mono<ServerResponse> append(ServerRequest request) {
        int count = Integer.parseInt(request.pathVariable("count"));
        Change change = events.event(STREAM, "sandbox.some", DATA);
        Mono<Void> each = store.commit(List.of(change))
                .doOnNext(done -> events.committed(STREAM))
                .then();
        return Flux.fromIterable(Collections.nCopies(count, each))
                .concatMap(one -> one)
                .then(ServerResponse.noContent().build());
    }

    private Publisher<Void> plain(HttpServerRequest request, HttpServerResponse response) {
        if (request.method().name().equals("POST")) {
            rounds.tryEmitNext(Integer.parseInt(request.uri().substring(1)));
            return response.status(204).send();
        }
        Flux<Integer> counts = rounds.asFlux().onBackpressureBuffer().startWith(1);
        return response.sse()
                .sendGroups(counts.map(count -> Flux.range(0, count).map(number -> frame.retainedDuplicate())));
    }
}
