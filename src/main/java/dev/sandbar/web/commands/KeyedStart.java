package dev.sandbar.web.commands;

import dev.sandbar.command.Command;
import dev.sandbar.command.CommandRequest;
import dev.sandbar.command.Commands;
import dev.sandbar.web.idempotency.Answer;
import dev.sandbar.web.idempotency.Work;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A start that is done once for a key; only the command's id is kept.
 *
 * @param start starts a command under the id that its request has
 */
record KeyedStart(
        Commands commands, String sandboxId, CommandRequest wanted, Function<CommandRequest, Mono<Command>> start)
        implements Work {

    @Override
    public String reference() {
        return wanted.commandId() == null ? Commands.newId() : wanted.commandId();
    }

    @Override
    public Mono<Answer> run(String id) {
        return start.apply(wanted.withId(id)).then(Mono.empty());
    }

    @Override
    public Mono<Boolean> isThere(String id) {
        return commands.find(sandboxId, id).hasElement();
    }
}
