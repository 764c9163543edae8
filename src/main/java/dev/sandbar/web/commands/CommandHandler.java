package dev.sandbar.web.commands;

import dev.sandbar.command.Command;
import dev.sandbar.command.CommandRequest;
import dev.sandbar.command.Commands;
import dev.sandbar.command.Position;
import dev.sandbar.event.SseFrame;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bodies;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sse.LastEvent;
import dev.sandbar.web.sse.ServerSentEvents;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Starts, describes, lists, follows, feeds and ends commands. */
final class CommandHandler {

    private static final int LONGEST_GRACE = 600;
    private static final int DEFAULT_GRACE = 5;

    private final Sandboxes sandboxes;
    private final Commands commands;
    private final List<String> users;
    private final Json json;
    private final OutputFrames frames;
    private final ServerSentEvents streams;
    private final Idempotency idempotency;
    private final int inputLimit;

    CommandHandler(
            Sandboxes sandboxes,
            Commands commands,
            List<String> users,
            Json json,
            ServerSentEvents streams,
            Idempotency idempotency,
            int inputLimit) {
        this.sandboxes = sandboxes;
        this.commands = commands;
        this.users = users;
        this.json = json;
        this.frames = new OutputFrames(json, Clock.tickMillis(ZoneOffset.UTC));
        this.streams = streams;
        this.idempotency = idempotency;
        this.inputLimit = inputLimit;
    }

    Mono<ServerResponse> start(ServerRequest request) {
        Idempotency.check(request);
        return known(request)
                .flatMap(sandbox -> json.requireBody(request).flatMap(body -> {
                    CommandBody asked = json.parse(body, CommandBody.class);
                    return start(request, body, sandbox, asked.toRequest(sandbox, users));
                }));
    }

    private Mono<ServerResponse> start(ServerRequest request, byte[] body, Sandbox sandbox, CommandRequest wanted) {
        long after = LastEvent.of(request);
        boolean toRead = asksForStream(request);
        KeyedStart work = new KeyedStart(commands, sandbox.id(), wanted, again -> start(sandbox, again, toRead));
        return idempotency.answer(
                request,
                body,
                work,
                started(request, start(sandbox, wanted, toRead), after),
                id -> commands.find(sandbox.id(), id).flatMap(found -> started(request, Mono.just(found), after)));
    }

    /** Output waits for its first reader only where the same request is one. */
    private Mono<Command> start(Sandbox sandbox, CommandRequest wanted, boolean toRead) {
        Mono<Command> start = Mono.defer(() -> {
            Agent agent = sandboxes.agent(sandbox.id());
            return toRead
                    ? commands.startToRead(sandbox.id(), agent, wanted)
                    : commands.start(sandbox.id(), agent, wanted);
        });
        return start.onErrorMap(AgentException.class, refusal -> explained(refusal, wanted));
    }

    /** Start and stream are one source: whenever the client leaves, the command learns of it. */
    private Mono<ServerResponse> started(ServerRequest request, Mono<Command> command, long after) {
        return asksForStream(request)
                ? streams.answer(request, command.flatMapMany(found -> frames(found, after)))
                : command.flatMap(this::created);
    }

    private static Throwable explained(AgentException refusal, CommandRequest wanted) {
        return switch (refusal.code()) {
            case NO_WORKING_DIRECTORY -> ApiException.invalid("cwd '" + wanted.cwd() + "' does not exist");
            case NOT_FOUND -> ApiException.invalid("cmd '" + wanted.cmd() + "' was not found in the sandbox");
            case NOT_EXECUTABLE, IS_A_DIRECTORY -> ApiException.invalid("cmd '" + wanted.cmd() + "' can't be executed");
            default -> refusal;
        };
    }

    private static boolean asksForStream(ServerRequest request) {
        return request.headers().accept().stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype);
    }

    private Mono<ServerResponse> created(Command command) {
        return json.answer(ServerResponse.status(HttpStatus.CREATED), CommandView.of(command));
    }

    Mono<ServerResponse> list(ServerRequest request) {
        CommandPage page = CommandPage.parse(request.queryParams());
        return known(request)
                .flatMap(sandbox -> commands.list(sandbox.id()).collectList())
                .flatMap(all -> page.answer(all, json));
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return command(request).flatMap(command -> json.answer(ServerResponse.ok(), CommandView.of(command)));
    }

    Mono<ServerResponse> output(ServerRequest request) {
        long after = LastEvent.of(request);
        return command(request).flatMap(command -> output(request, command, after));
    }

    /** Whoever has seen the end is told by 204 not to ask again. */
    private Mono<ServerResponse> output(ServerRequest request, Command command, long after) {
        return command.isAllSeen(Position.behind(after))
                ? ServerResponse.noContent().build()
                : streams.answer(request, frames(command, after));
    }

    /** The comment goes out at once where nothing has been written yet, but not before it is sure that it can be read. */
    private Flux<SseFrame> frames(Command command, long after) {
        Flux<SseFrame> output = command.follow(Position.behind(after)).map(frames::of);
        return Flux.merge(output, Mono.just(SseFrame.OPEN));
    }

    Mono<ServerResponse> input(ServerRequest request) {
        boolean close = Boolean.parseBoolean(request.queryParams().getFirst("close"));
        return command(request)
                .flatMap(command -> feed(command, request, close))
                .then(ServerResponse.noContent().build());
    }

    private Mono<Void> feed(Command command, ServerRequest request, boolean close) {
        Mono<Void> fed = DataBufferUtils.join(Bodies.of(request, inputLimit), inputLimit)
                .map(CommandHandler::bytes)
                .flatMap(bytes -> bytes.length == 0 ? Mono.empty() : commands.sendInput(command, bytes));
        return close ? fed.then(commands.closeInput(command)) : fed;
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    Mono<ServerResponse> terminal(ServerRequest request) {
        return command(request).flatMap(command -> Mono.error(ApiException.notOffered("Terminals are")));
    }

    Mono<ServerResponse> end(ServerRequest request) {
        Duration grace = grace(request);
        return command(request)
                .flatMap(command -> commands.cancel(command, grace))
                .then(ServerResponse.noContent().build());
    }

    private static Duration grace(ServerRequest request) {
        String text = request.queryParams().getFirst("grace");
        if (text == null || text.isEmpty()) return Duration.ofSeconds(DEFAULT_GRACE);
        if (text.matches("\\d{1,3}") && Integer.parseInt(text) <= LONGEST_GRACE) {
            return Duration.ofSeconds(Integer.parseInt(text));
        }
        throw ApiException.invalid("\"grace\" must be from 0 to " + LONGEST_GRACE + " seconds");
    }

    private Mono<Command> command(ServerRequest request) {
        String id = request.pathVariable("cid");
        return known(request)
                .flatMap(sandbox -> commands.find(sandbox.id(), id))
                .switchIfEmpty(Mono.error(() -> new ApiException(404, "There is no command \"" + id + "\" here")));
    }

    /** Also one that has ended a while ago. */
    private Mono<Sandbox> known(ServerRequest request) {
        return sandboxes.known(Owners.of(request), id(request));
    }

    private static String id(ServerRequest request) {
        return request.pathVariable("id");
    }
}
