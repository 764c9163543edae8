package dev.sandbar.session;

import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolSandbox;
import java.util.List;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Runs the tools that work in a sandbox. */
public interface ToolRunner {

    /** All of them. */
    List<ToolDescription> descriptions();

    /** Throws {@link dev.sandbar.session.tool.ToolArgumentException} for arguments that {@link #call} would refuse. */
    void check(String name, JsonNode arguments);

    /** No tools. */
    static ToolRunner none() {
        return new NoTools();
    }

    /** Runs one; lazy, cancelling ends what runs. */
    Flux<ToolEvent> call(ToolSandbox sandbox, ReadFiles seen, String name, JsonNode arguments);
}
