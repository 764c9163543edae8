package dev.sandbar.web.data;

import dev.sandbar.command.Cause;
import dev.sandbar.command.Command;
import dev.sandbar.command.CommandEvent;
import dev.sandbar.command.CommandRequest;
import dev.sandbar.command.Commands;
import dev.sandbar.command.Position;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.connect.ConnectCalls;
import dev.sandbar.web.connect.ConnectCode;
import dev.sandbar.web.connect.ConnectError;
import dev.sandbar.web.connect.EventStream;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.SandboxUser;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code process.Process}: starts, follows, feeds and signals commands. */
final class ProcessCalls {

    private final Sandboxes sandboxes;
    private final Commands commands;
    private final List<String> users;
    private final Json json;
    private final ProcessEncoder encoder;
    private final KeepAlives keepAlives;

    ProcessCalls(Sandboxes sandboxes, Commands commands, List<String> users, Json json, KeepAlives keepAlives) {
        this.sandboxes = sandboxes;
        this.commands = commands;
        this.users = users;
        this.json = json;
        this.encoder = new ProcessEncoder(json);
        this.keepAlives = keepAlives;
    }

    Mono<EventStream> start(ServerRequest request, ProcessMessages.Start message) {
        Sandbox sandbox = Gate.sandbox(request);
        Duration timeout = ConnectCalls.timeout(request);
        SandboxUser user = SandboxUser.of(request, users);
        CommandRequest wanted = StartRequest.of(message, sandbox, user, timeout);
        Flux<CommandEvent> events = commands.startToRead(sandbox.id(), sandboxes.agent(sandbox.id()), wanted)
                .onErrorMap(AgentException.class, refusal -> explained(refusal, wanted))
                .flatMapMany(command -> command.follow(Position.start()))
                .concatMap(ProcessCalls::withTimeout);
        return stream(request, limited(events, timeout));
    }

    Mono<EventStream> connect(ServerRequest request, ProcessMessages.Select message) {
        Flux<CommandEvent> events =
                find(request, message.process()).flatMapMany(command -> command.follow(Position.now()));
        return stream(request, limited(events, ConnectCalls.timeout(request)));
    }

    private Mono<EventStream> stream(ServerRequest request, Flux<CommandEvent> events) {
        return Mono.just(new EventStream(events, encoder, json, keepAlives.interval(request)));
    }

    /** Where the agent is the first to say that a command ran too long. */
    private static Flux<CommandEvent> withTimeout(CommandEvent event) {
        return event instanceof CommandEvent.Ended ended && ended.cause() == Cause.TIMEOUT
                ? Flux.concat(Flux.just(event), Flux.error(ProcessCalls::tooLong))
                : Flux.just(event);
    }

    /**
     * Told when the client's time is over, not when the agent has killed the process and nothing of it is left: the client
     * has a clock of its own, and would give the connection up meanwhile.
     */
    private static Flux<CommandEvent> limited(Flux<CommandEvent> events, Duration limit) {
        return limit.isZero()
                ? events
                : events.takeUntilOther(Mono.delay(limit).then(Mono.error(ProcessCalls::tooLong)));
    }

    private static ConnectError tooLong() {
        return new ConnectError(ConnectCode.DEADLINE_EXCEEDED, "The time that the client gave has passed");
    }

    private static Throwable explained(AgentException refusal, CommandRequest wanted) {
        return switch (refusal.code()) {
            case NO_WORKING_DIRECTORY -> ConnectError.invalid("cwd '" + wanted.cwd() + "' does not exist");
            case NOT_FOUND -> ConnectError.notFound("command '" + wanted.cmd() + "' not found");
            case NOT_EXECUTABLE, IS_A_DIRECTORY -> ConnectError.invalid("'" + wanted.cmd() + "' can't be executed");
            default -> refusal;
        };
    }

    Mono<ProcessMessages.Listed> list(ServerRequest request, ProcessMessages.Nothing nothing) {
        List<ProcessMessages.Item> items = commands
                .running(Gate.sandbox(request).id())
                .stream()
                .map(ProcessMessages.Item::of)
                .toList();
        return Mono.just(new ProcessMessages.Listed(items.isEmpty() ? null : items));
    }

    Mono<ProcessMessages.Nothing> sendInput(ServerRequest request, ProcessMessages.SendInput message) {
        byte[] bytes = bytes(message.input());
        return find(request, message.process())
                .flatMap(command -> commands.sendInput(command, bytes))
                .thenReturn(new ProcessMessages.Nothing());
    }

    private static byte[] bytes(ProcessMessages.@Nullable Input input) {
        if (input != null && input.pty() != null) {
            throw new ConnectError(ConnectCode.FAILED_PRECONDITION, "The process has no terminal: use \"input.stdin\"");
        }
        if (input == null || input.stdin() == null) throw ConnectError.invalid("\"input.stdin\" is required");
        try {
            return Base64.getDecoder().decode(input.stdin().replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException malformed) {
            throw ConnectError.invalid("\"input.stdin\" must be base64");
        }
    }

    Mono<ProcessMessages.Nothing> closeStdin(ServerRequest request, ProcessMessages.Select message) {
        return find(request, message.process()).flatMap(commands::closeInput).thenReturn(new ProcessMessages.Nothing());
    }

    Mono<ProcessMessages.Nothing> sendSignal(ServerRequest request, ProcessMessages.SendSignal message) {
        int signal = Signals.parse(message.signal());
        return find(request, message.process())
                .filter(command -> !command.state().ended())
                .switchIfEmpty(Mono.error(ProcessCalls::ended))
                .flatMap(command -> commands.signal(command, signal))
                .thenReturn(new ProcessMessages.Nothing());
    }

    private static ConnectError ended() {
        return ConnectError.notFound("The process has ended");
    }

    private Mono<Command> find(ServerRequest request, ProcessMessages.@Nullable Selector selector) {
        String sandbox = Gate.sandbox(request).id();
        if (selector != null && selector.pid() != null) {
            return commands.findByPid(sandbox, selector.pid())
                    .switchIfEmpty(Mono.error(() -> unknown("pid " + selector.pid())));
        }
        if (selector != null && selector.tag() != null) {
            return commands.findByTag(sandbox, selector.tag())
                    .switchIfEmpty(Mono.error(() -> unknown("tag '" + selector.tag() + "'")));
        }
        return Mono.error(ConnectError.invalid("\"process.pid\" or \"process.tag\" is required"));
    }

    private static ConnectError unknown(String which) {
        return ConnectError.notFound("process with " + which + " not found");
    }
}
