package dev.sandbar.web;

import dev.sandbar.session.ToolRunner;
import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.session.tool.ToolSandbox;
import dev.sandbar.web.http.ApiException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** One tool, {@code bash}: says what it is told to say and how often it was called, hangs, floods, or breaks. */
final class EchoTools implements ToolRunner {

    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public List<ToolDescription> descriptions() {
        return List.of(new ToolDescription("bash", "Run", "runs", "{}", ToolDescription.Effects.EACH_TIME));
    }

    @Override
    public void check(String name, JsonNode arguments) {
        if (!arguments.path("command").isString()) throw ApiException.invalid("\"command\" is required");
    }

    @Override
    public Flux<ToolEvent> call(ToolSandbox sandbox, ReadFiles seen, String name, JsonNode arguments) {
        return Flux.defer(() -> {
            String command = arguments.path("command").stringValue();
            int call = calls.incrementAndGet();
            if (command.equals("flood")) return flood();
            return Flux.concat(Mono.just(new ToolEvent.Output(command)), rest(command, command + " " + call));
        });
    }

    /** More than the buffers of a connection hold. */
    private static Flux<ToolEvent> flood() {
        ToolEvent piece = new ToolEvent.Output("x".repeat(2048));
        return Flux.range(0, 20_000).map(i -> piece).concatWith(rest("", ""));
    }

    private static Mono<ToolEvent> rest(String command, String output) {
        if (command.equals("hang")) return Mono.never();
        if (command.equals("break")) return Mono.error(new IllegalStateException("secret of the inside"));
        return Mono.just(new ToolEvent.End(new ToolResult(true, output, null, 0, "exited", false, null)));
    }
}
