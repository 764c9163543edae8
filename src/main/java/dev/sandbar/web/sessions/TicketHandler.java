package dev.sandbar.web.sessions;

import dev.sandbar.session.Sessions;
import dev.sandbar.token.SessionTickets;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.Times;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Issues short-lived credentials for pages. */
final class TicketHandler {

    private final Sessions sessions;
    private final SessionTickets tickets;
    private final Json json;

    TicketHandler(Sessions sessions, SessionTickets tickets, Json json) {
        this.sessions = sessions;
        this.tickets = tickets;
        this.json = json;
    }

    /**
     * @param ttl in seconds
     */
    record TicketBody(@Nullable Long ttl) {
        static final TicketBody NONE = new TicketBody(null);

        Duration validity() {
            if (ttl == null) return SessionTickets.USUAL;
            long most = SessionTickets.LONGEST.toSeconds();
            if (ttl < 1 || ttl > most) throw ApiException.invalid("\"ttl\" must be from 1 to " + most + " seconds");
            return Duration.ofSeconds(ttl);
        }
    }

    record TicketView(String ticket, String expiresAt) {

        static TicketView of(SessionTickets.Ticket ticket) {
            return new TicketView(ticket.text(), Times.text(ticket.expiresAt()));
        }

        /** Without the ticket, which is a secret. */
        @Override
        public String toString() {
            return "TicketView[" + expiresAt + "]";
        }
    }

    Mono<ServerResponse> issue(ServerRequest request) {
        return json.read(request, TicketBody.class)
                .defaultIfEmpty(TicketBody.NONE)
                .map(TicketBody::validity)
                .flatMap(validity -> sessions.get(Owners.of(request), SessionHandler.id(request))
                        .map(session -> tickets.issue(session.owner(), session.id(), validity)))
                .flatMap(ticket ->
                        json.answer(ServerResponse.ok().cacheControl(CacheControl.noStore()), TicketView.of(ticket)));
    }
}
