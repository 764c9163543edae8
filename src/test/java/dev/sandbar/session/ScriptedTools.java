package dev.sandbar.session;

import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.session.tool.ToolSandbox;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/** One tool, {@code bash}: says what it is told to say, hangs, or breaks. */
final class ScriptedTools implements ToolRunner {

    final List<String> calls = new ArrayList<>();
    int running;

    /** Ends the calls of "until" that have begun by then. */
    Sinks.Empty<Void> until = Sinks.empty();

    @Override
    public List<ToolDescription> descriptions() {
        return List.of(new ToolDescription("bash", "Run", "runs", "{}", ToolDescription.Effects.EACH_TIME));
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
                    if (command.startsWith("see ")) seen.put("/f", command.substring(4));
                    if (command.equals("seen")) return Flux.just(end(String.valueOf(seen.get("/f"))));
                    Flux<ToolEvent> output = Flux.just(new ToolEvent.Output(command));
                    Flux<ToolEvent> rest = switch (command) {
                        case "hang" -> Flux.never();
                        case "until" -> Flux.defer(() -> until.asMono().thenReturn(end(command)));
                        case "break" -> Flux.error(new IllegalStateException("broken"));
                        case "silent" -> Flux.error(new AgentGoneException("silent", new IllegalStateException()));
                        default -> Flux.just(end(command));
                    };
                    if (command.equals("break at once")) return Flux.error(new IllegalStateException("broken"));
                    return output.concatWith(rest);
                })
                .doOnSubscribe(subscription -> running++)
                .doFinally(signal -> running--);
    }

    private static ToolEvent end(String command) {
        return new ToolEvent.End(new ToolResult(true, command, null, 0, "exited", false, null));
    }
}
