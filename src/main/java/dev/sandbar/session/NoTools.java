package dev.sandbar.session;

import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolSandbox;
import java.util.List;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** For services that offer no tools in sandboxes. */
final class NoTools implements ToolRunner {

    @Override
    public List<ToolDescription> descriptions() {
        return List.of();
    }

    @Override
    public void check(String name, JsonNode arguments) {
        throw new SessionException.Invalid("There is no tool \"" + name + "\"");
    }

    @Override
    public Flux<ToolEvent> call(ToolSandbox sandbox, ReadFiles seen, String name, JsonNode arguments) {
        return Flux.error(() -> new SessionException.Invalid("There is no tool \"" + name + "\""));
    }
}
