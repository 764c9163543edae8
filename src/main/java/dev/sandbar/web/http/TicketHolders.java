package dev.sandbar.web.http;

import dev.sandbar.token.SessionTickets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Lets in whoever has a ticket ({@code ?ticket=}) of the session in the path ({@code id}), for its owner and to scripts of
 * any page, and whoever has an API key. A key that is presented decides alone.
 */
public final class TicketHolders implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    /** The parameter that holds it. */
    public static final String PARAMETER = "ticket";

    private final Cors cors = new Cors();
    private final Owners owners;
    private final SessionTickets tickets;

    public TicketHolders(Owners owners, SessionTickets tickets) {
        this.owners = owners;
        this.tickets = tickets;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        @Nullable String presented = request.queryParams().getFirst(PARAMETER);
        if (presented == null || request.headers().firstHeader("X-API-Key") != null) {
            return owners.filter(request, next);
        }
        return cors.filter(request, known -> admitted(known, presented, next));
    }

    private Mono<ServerResponse> admitted(
            ServerRequest request, String presented, HandlerFunction<ServerResponse> next) {
        return Mono.defer(() -> {
            Owners.admit(request, tickets.ownerOf(request.pathVariable("id"), presented));
            return next.handle(request);
        });
    }
}
