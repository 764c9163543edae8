package dev.sandbar.web.sessions;

import dev.sandbar.event.SseFrame;
import dev.sandbar.session.Sessions;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.idempotency.Answer;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sessions.KeyedCall.Result;
import dev.sandbar.web.sse.ServerSentEvents;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Runs tools. Whoever leaves a call without a key ends it; one with an {@code Idempotency-Key} goes on, and its answer is
 * given to who asks again.
 */
final class ToolHandler {

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final Sessions sessions;
    private final ServerSentEvents streams;
    private final Answers answers;
    private final Json json;
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    /**
     * @param json whose bodies may be as large as what is written to a file at once
     */
    ToolHandler(Sessions sessions, ServerSentEvents streams, Answers answers, Json json) {
        this.sessions = sessions;
        this.streams = streams;
        this.answers = answers;
        this.json = json;
    }

    Mono<ServerResponse> call(ServerRequest request) {
        Idempotency.check(request);
        String name = request.pathVariable("name");
        return sessions.tools(Owners.of(request), SessionHandler.id(request))
                .doOnNext(tools -> check(name, tools))
                .then(json.body(request))
                .defaultIfEmpty(NOTHING)
                .flatMap(body -> call(request, name, body));
    }

    private static void check(String name, List<ToolDescription> tools) {
        List<String> names = tools.stream().map(ToolDescription::name).toList();
        if (names.contains(name)) return;
        throw new ApiException(404, "There is no tool \"" + name + "\", but there are " + String.join(", ", names));
    }

    private Mono<ServerResponse> call(ServerRequest request, String name, byte[] body) {
        JsonNode arguments = json.parse(body, JsonNode.class);
        Flux<ToolEvent> events = sessions.tool(Owners.of(request), SessionHandler.id(request), name, arguments);
        if (!asksForStream(request)) return answers.once(request, body, result(events));
        boolean keyed = !request.headers().header("Idempotency-Key").isEmpty();
        return streams.answer(request, keyed ? keyed(request, name, body, events) : frames(name, events));
    }

    private static boolean asksForStream(ServerRequest request) {
        return request.headers().accept().stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype);
    }

    private static Mono<Result> result(Flux<ToolEvent> events) {
        return events.ofType(ToolEvent.End.class).last().map(end -> new Result(200, ResultView.of(end.result())));
    }

    /** What is refused at once is refused by its status; what fails later ends the stream like any other call. */
    private Flux<SseFrame> frames(String name, Flux<ToolEvent> events) {
        return Flux.defer(() -> {
            ToolFrames frames = new ToolFrames(json, clock, name);
            Flux<SseFrame> told = Flux.merge(events.map(frames::of), Mono.just(SseFrame.OPEN))
                    .takeUntil(frame -> frame.type().equals(ToolFrames.END));
            return ended(told, frames);
        });
    }

    /**
     * Whoever is the first with a key gets the output as it comes, as far as it is taken in time, and is told of a gap; who
     * asks again gets the end. What is refused is so within a moment, for which the headers wait.
     */
    private Flux<SseFrame> keyed(ServerRequest request, String name, byte[] body, Flux<ToolEvent> events) {
        return Flux.defer(() -> {
            ToolFrames frames = new ToolFrames(json, clock, name);
            AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
            LiveEvents live = new LiveEvents();
            Flux<ToolEvent> called = events.doOnNext(live::tell);
            Mono<SseFrame> done = answers.kept(request, body, result(called))
                    .doOnNext(answer::set)
                    .doFinally(signal -> live.end())
                    .then(Mono.empty());
            Flux<SseFrame> end = Flux.defer(() -> end(frames, live, Objects.requireNonNull(answer.get())));
            Mono<SseFrame> open = Mono.delay(MOMENT).thenReturn(SseFrame.OPEN);
            Flux<SseFrame> told = Flux.merge(done, live.read().map(frames::of)).concatWith(end);
            Flux<SseFrame> opened =
                    Flux.merge(told, open).takeUntil(frame -> frame.type().equals(ToolFrames.END));
            return ended(opened, frames);
        });
    }

    private static Flux<SseFrame> end(ToolFrames frames, LiveEvents live, Answer answer) {
        Flux<SseFrame> gap = live.lost() == 0 ? Flux.empty() : Flux.just(frames.gap(live.lost()));
        return gap.concatWith(Mono.fromSupplier(() -> frames.kept(answer)));
    }

    private static Flux<SseFrame> ended(Flux<SseFrame> told, ToolFrames frames) {
        return told.switchOnFirst(
                (first, all) -> first.hasError() ? all : all.onErrorResume(error -> Mono.just(frames.failed(error))));
    }
}
