package dev.sandbar.web.control;

import dev.sandbar.event.Events;
import dev.sandbar.event.SseFrame;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.sse.LastEvent;
import dev.sandbar.web.sse.ServerSentEvents;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Follows what happens to a sandbox, also to one that has ended, as long as it is remembered. */
final class EventsHandler {

    private final Sandboxes sandboxes;
    private final Events events;
    private final ServerSentEvents streams;

    EventsHandler(Sandboxes sandboxes, Events events, ServerSentEvents streams) {
        this.sandboxes = sandboxes;
        this.events = events;
        this.streams = streams;
    }

    Mono<ServerResponse> follow(ServerRequest request) {
        long after = LastEvent.of(request);
        return sandboxes
                .known(Owners.of(request), request.pathVariable("id"))
                .flatMap(sandbox -> streams.answer(request, behind(sandbox, after)));
    }

    private Flux<SseFrame> behind(Sandbox sandbox, long after) {
        return events.follow(Sandboxes.stream(sandbox.id()), after, Sandboxes.TERMINAL_EVENT::equals);
    }
}
