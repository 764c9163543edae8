package dev.sandbar.session.tool;

import dev.sandbar.runtime.Agent;
import java.util.Map;

/**
 * The sandbox that a tool is to work in.
 *
 * @param environment variables of its commands, beside the usual ones of {@code user}, over which they win
 */
public record ToolSandbox(String sandboxId, Agent agent, Map<String, String> environment) {

    public ToolSandbox {
        environment = Map.copyOf(environment);
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "ToolSandbox[" + sandboxId + "]";
    }
}
