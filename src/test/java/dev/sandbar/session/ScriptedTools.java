package dev.sandbar.session;

import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.session.tool.ToolSandbox;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** One tool, {@code bash}: says what it is told to say, or hangs. */
final class ScriptedTools implements ToolRunner {

    final List<String> calls = new ArrayList<>();
    int running;

    @Override
    public List<ToolDescription> descriptions() {
        return List.of(new ToolDescription("bash", "runs", "{}"));
    }

    @Override
    public void check(String name, JsonNode arguments) {
        if (!arguments.hasNonNull("command")) throw new SessionException.Invalid("\"command\" is missing");
    }

    @Override
    public Flux<ToolEvent> call(ToolSandbox sandbox, ReadFiles seen, String name, JsonNode arguments) {
        return Flux.defer(() -> {
                    String command = arguments.get("command").stringValue();
                    calls.add(sandbox.sandboxId() + " " + command);
                    Flux<ToolEvent> output = Flux.just(new ToolEvent.Output(command));
                    Flux<ToolEvent> rest = command.equals("hang") ? Flux.never() : Flux.just(end(command));
                    return output.concatWith(rest);
                })
                .doOnSubscribe(subscription -> running++)
                .doFinally(signal -> running--);
    }

    private static ToolEvent end(String command) {
        return new ToolEvent.End(new ToolResult(true, command, null, 0, "exited", false, null));
    }
}
