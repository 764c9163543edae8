package dev.sandbar.runtime.local;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.io.IOException;
import java.util.List;

/** Launches sandboxes as the runtime does, but nothing else: what a creation through the service is compared with. */
public final class BareLaunches {

    private final LocalSandboxes sandboxes;
    private final Limits limits;

    /** Tries out one sandbox first, as the runtime does when it opens. */
    public BareLaunches(String instance, Limits limits) {
        this.sandboxes = LocalHost.open(LocalSettings.of(instance)).sandboxes();
        this.limits = limits;
    }

    /** Takes ids and makes groups: what comes before the launch and isn't measured with it. */
    public List<String> prepare(String id) throws IOException {
        return sandboxes.prepare(id, limits);
    }

    /** Runs the launcher; returns when the agent inside is ready. */
    public void launch(List<String> line) throws IOException {
        LocalSandboxes.start(line, process -> {});
    }

    public void destroy(String id) throws IOException {
        sandboxes.destroy(id);
    }
}
