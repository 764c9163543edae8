package dev.sandbar.web.commands;

import dev.sandbar.command.Command;
import dev.sandbar.command.CommandState;
import dev.sandbar.web.http.Times;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command as clients see it. */
record CommandView(
        String commandID,
        String sandboxID,
        String cmd,
        List<String> args,
        @Nullable Long pid,
        String state,
        @Nullable Integer exitCode,
        @Nullable String signal,
        @Nullable String cause,
        String startedAt,
        @Nullable String endedAt,
        long stdoutBytes,
        long stderrBytes) {

    static CommandView of(Command command) {
        CommandState state = command.state();
        Instant ended = command.endedAt();
        return new CommandView(
                command.id(),
                command.sandboxId(),
                command.request().cmd(),
                command.request().args(),
                command.pid() == 0 ? null : command.pid(),
                state.wireName(),
                state instanceof CommandState.Exited exited ? exited.code() : null,
                state instanceof CommandState.Signalled signalled ? SignalNames.of(signalled.signal()) : null,
                state.ended() ? state.cause().wireName() : null,
                Times.text(command.startedAt()),
                ended == null ? null : Times.text(ended),
                command.stdoutBytes(),
                command.stderrBytes());
    }
}
