package dev.sandbar.web.sessions;

import dev.sandbar.event.Events;
import dev.sandbar.session.Sessions;
import dev.sandbar.token.SessionTickets;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.RouteTable;
import dev.sandbar.web.http.TicketHolders;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sse.ServerSentEvents;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The table of contents of sessions. */
public final class SessionRoutes {

    private static final String ALL = "/sessions";
    private static final String ONE = ALL + "/{id}";

    private final SessionHandler sessions;
    private final HardwareHandler hardware;
    private final ToolHandler tools;
    private final EventsHandler events;
    private final TicketHandler tickets;
    private final Owners owners;
    private final TicketHolders holders;

    /**
     * @param template of sessions that name none
     * @param large reads and writes the bodies of tools, which may be larger than others
     */
    public SessionRoutes(
            Sessions sessions,
            SessionTickets tickets,
            String template,
            Events events,
            ServerSentEvents streams,
            Owners owners,
            Idempotency idempotency,
            Json json,
            Json large) {
        Answers answers = new Answers(json, idempotency);
        this.sessions = new SessionHandler(sessions, template, answers, json);
        this.hardware = new HardwareHandler(sessions, answers, json);
        this.tools = new ToolHandler(sessions, streams, answers, large);
        this.events = new EventsHandler(sessions, events, streams);
        this.tickets = new TicketHandler(sessions, tickets, json);
        this.owners = owners;
        this.holders = new TicketHolders(owners, tickets);
    }

    /** What a page can do with a ticket of the session too, and the rest, for those who have an API key. */
    public RouterFunction<ServerResponse> owned() {
        return new RouteTable()
                .behind(holders)
                .get(ONE + "/events", events::follow)
                .post(ONE + "/sandbox/teardown", sessions::teardown)
                .behind(owners)
                .post(ALL, sessions::open)
                .get(ALL, sessions::list)
                .get(ONE, sessions::get)
                .patch(ONE, sessions::patch)
                .delete(ONE, sessions::end)
                .post(ONE + "/interrupt", sessions::interrupt)
                .post(ONE + "/ticket", tickets::issue)
                .post(ONE + "/sandbox", hardware::provision)
                .get(ONE + "/approvals", hardware::approvals)
                .post(ONE + "/approvals/{aid}", hardware::decide)
                .patch(ONE + "/auto-approval", hardware::autoApproval)
                .post(ONE + "/tools/{name}", tools::call)
                .build();
    }
}
