package dev.sandbar.web.commands;

import dev.sandbar.command.Commands;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.RouteTable;
import dev.sandbar.web.http.TokenHolders;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sse.ServerSentEvents;
import java.util.List;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The table of contents of our own routes of commands. */
public final class CommandRoutes {

    private static final String ALL = "/sandboxes/{id}/commands";
    private static final String ONE = ALL + "/{cid}";

    private final CommandHandler commands;
    private final TokenHolders holders;

    /**
     * @param users whom commands may run as
     * @param inputLimit bytes of the largest piece of input
     */
    public CommandRoutes(
            Sandboxes sandboxes,
            Commands commands,
            List<String> users,
            TokenHolders holders,
            Json json,
            ServerSentEvents streams,
            Idempotency idempotency,
            int inputLimit) {
        this.commands = new CommandHandler(sandboxes, commands, users, json, streams, idempotency, inputLimit);
        this.holders = holders;
    }

    /** For those who have an API key, or a token of the sandbox. */
    public RouterFunction<ServerResponse> owned() {
        return new RouteTable()
                .post(ALL, commands::start)
                .get(ALL, commands::list)
                .get(ONE, commands::get)
                .delete(ONE, commands::end)
                .get(ONE + "/output", commands::output)
                .post(ONE + "/input", commands::input)
                .put(ONE + "/pty", commands::terminal)
                .build()
                .filter(holders);
    }
}
