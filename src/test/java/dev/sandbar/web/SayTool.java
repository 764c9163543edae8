package dev.sandbar.web;

import dev.sandbar.session.ToolRunner;
import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.session.tool.ToolSandbox;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** The tool {@code say}: gives back its words, and then ends, hangs, fails or breaks, as the last of them says. */
final class SayTool implements ToolRunner {

    final AtomicInteger running = new AtomicInteger();

    @Override
    public List<ToolDescription> descriptions() {
        String schema = "{\"type\":\"object\",\"properties\":{\"words\":{\"type\":\"string\"}}}";
        return List.of(new ToolDescription("say", "Say", "Says it", schema, ToolDescription.Effects.NONE));
    }

    @Override
    public void check(String name, JsonNode arguments) {}

    @Override
    public Flux<ToolEvent> call(ToolSandbox sandbox, ReadFiles seen, String name, JsonNode arguments) {
        String words = arguments.path("words").asString("");
        Flux<ToolEvent> output = Flux.just(words.split(" ")).map(ToolEvent.Output::new);
        return output.concatWith(Flux.defer(() -> end(words)))
                .doOnSubscribe(begun -> running.incrementAndGet())
                .doFinally(signal -> running.decrementAndGet());
    }

    private static Flux<ToolEvent> end(String words) {
        if (words.endsWith("hang")) return Flux.never();
        if (words.endsWith("break")) return Flux.error(new IllegalStateException("secret"));
        boolean fails = words.endsWith("fail");
        String error = fails ? "It failed" : null;
        return Flux.just(new ToolEvent.End(new ToolResult(!fails, words, error, fails ? 1 : 0, "exited", false, null)));
    }
}
