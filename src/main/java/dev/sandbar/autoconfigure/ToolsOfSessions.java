package dev.sandbar.autoconfigure;

import dev.sandbar.session.ToolRunner;
import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolSandbox;
import dev.sandbar.session.tool.Tools;
import java.util.List;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Sessions have the tools that work in any sandbox. */
final class ToolsOfSessions implements ToolRunner {

    private final Tools tools;

    ToolsOfSessions(Tools tools) {
        this.tools = tools;
    }

    @Override
    public List<ToolDescription> descriptions() {
        return tools.descriptions();
    }

    @Override
    public void check(String name, JsonNode arguments) {
        tools.check(name, arguments);
    }

    @Override
    public Flux<ToolEvent> call(ToolSandbox sandbox, ReadFiles seen, String name, JsonNode arguments) {
        return tools.call(sandbox, seen, name, arguments);
    }
}
