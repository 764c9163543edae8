package dev.sandbar.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** Reads the streams of {@code process.Process}. */
final class ProcessStream {

    private static final MediaType TYPE = MediaType.valueOf("application/connect+json");
    private static final String WHAT = "An event of a process";
    private static final Map<String, String> SIGNALS = Map.of(
            "killed", "SIGKILL",
            "terminated", "SIGTERM",
            "interrupt", "SIGINT",
            "hangup", "SIGHUP",
            "aborted", "SIGABRT",
            "segmentation fault", "SIGSEGV");

    private final int limit;

    ProcessStream(int limit) {
        this.limit = limit;
    }

    record Message(@Nullable Event event, @Nullable Problem error) {}

    record Event(
            @Nullable Object start,
            @Nullable Data data,
            @Nullable End end) {}

    record Data(
            @Nullable String stdout,
            @Nullable String stderr,
            @Nullable String pty) {}

    record End(
            @Nullable Integer exitCode,
            @Nullable Boolean exited,
            @Nullable String status,
            @Nullable String error) {}

    record Problem(@Nullable String code, @Nullable String message) {}

    /** What the process does, up to its end. */
    Flux<CommandOutput> output(Answer answer) {
        Tail tail = new Tail(answer);
        return tail.of(messages(answer).handle((event, sink) -> hand(event, tail, sink)));
    }

    /** All that is told of it. */
    Flux<Event> events(Answer answer) {
        return new Tail(answer).of(messages(answer));
    }

    private Flux<Event> messages(Answer answer) {
        answer.require(TYPE);
        EnvelopeParser parser = new EnvelopeParser(limit, answer.name());
        return answer.body().concatMapIterable(parser::take, 1).handle(ProcessStream::message);
    }

    private static void message(Envelope envelope, SynchronousSink<Event> sink) {
        Message message = Wire.read(envelope.json(), Message.class, WHAT);
        if (message.error != null) sink.error(refusal(message.error));
        else if (message.event != null) sink.next(message.event);
    }

    private static SandboxApiException refusal(Problem problem) {
        String code = problem.code == null ? "unknown" : problem.code;
        String message = problem.message == null ? "The stream ended with " + code : problem.message;
        return new SandboxApiException(status(code), code, message, null);
    }

    private static int status(String code) {
        return switch (code) {
            case "invalid_argument", "failed_precondition", "out_of_range" -> 400;
            case "unauthenticated" -> 401;
            case "permission_denied" -> 403;
            case "not_found" -> 404;
            case "already_exists", "aborted" -> 409;
            case "resource_exhausted" -> 429;
            case "unimplemented" -> 501;
            case "unavailable" -> 503;
            case "deadline_exceeded" -> 504;
            default -> 500;
        };
    }

    private static void hand(Event event, Tail tail, SynchronousSink<CommandOutput> sink) {
        if (event.end != null) {
            tail.end();
            sink.next(end(event.end));
        } else if (event.data != null) {
            CommandOutput piece = piece(event.data);
            if (piece != null) sink.next(piece);
        }
    }

    private static @Nullable CommandOutput piece(Data data) {
        if (data.stdout != null) return new CommandOutput.Stdout(0, Wire.base64(data.stdout, WHAT));
        if (data.stderr != null) return new CommandOutput.Stderr(0, Wire.base64(data.stderr, WHAT));
        return data.pty == null ? null : new CommandOutput.Pty(0, Wire.base64(data.pty, WHAT));
    }

    /** E2B leaves out what has its default: a code of 0. */
    private static CommandOutput.End end(End end) {
        String status = end.status == null ? "" : end.status;
        if (Boolean.TRUE.equals(end.exited)) {
            return new CommandOutput.End(0, end.exitCode == null ? 0 : end.exitCode, null, "exited");
        }
        if (!status.startsWith("signal: ")) return new CommandOutput.End(0, null, null, status);
        String name = status.substring("signal: ".length());
        return new CommandOutput.End(0, null, SIGNALS.getOrDefault(name, name), "signalled");
    }
}
