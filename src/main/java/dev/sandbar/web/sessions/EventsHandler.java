package dev.sandbar.web.sessions;

import dev.sandbar.event.Events;
import dev.sandbar.event.SseFrame;
import dev.sandbar.session.Session;
import dev.sandbar.session.Sessions;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.sse.LastEvent;
import dev.sandbar.web.sse.ServerSentEvents;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Follows what happens in a session, also in one that has ended; whoever does is present in it. */
final class EventsHandler {

    private final Sessions sessions;
    private final Events events;
    private final ServerSentEvents streams;

    EventsHandler(Sessions sessions, Events events, ServerSentEvents streams) {
        this.sessions = sessions;
        this.events = events;
        this.streams = streams;
    }

    Mono<ServerResponse> follow(ServerRequest request) {
        long after = LastEvent.of(request);
        return sessions.get(Owners.of(request), SessionHandler.id(request))
                .flatMap(session -> streams.answer(request, behind(session, after)));
    }

    /** Presence never completes: it is there as long as the stream is followed. */
    private Flux<SseFrame> behind(Session session, long after) {
        return events.follow(Sessions.stream(session.id()), after, Sessions.TERMINAL_EVENT::equals)
                .takeUntilOther(sessions.presence(session.owner(), session.id()));
    }
}
