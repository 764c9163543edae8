package dev.sandbar.runtime.local;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.channel.AgentChannel;
import dev.sandbar.runtime.channel.ChannelSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** A local runtime of its own, with the real channel, in a place of its own. */
final class LocalHarness implements AutoCloseable {

    static final Limits LIMITS = new Limits(2, 256, 64, 64);
    static final Duration LONG = Duration.ofSeconds(60);

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final BackgroundTasks links = new BackgroundTasks("links", 1000, Schedulers.parallel());
    private final LoopResources loops = LoopResources.create("test-agents", 2, true);
    final LocalSettings settings;
    final LocalRuntime runtime;

    LocalHarness() {
        this(settings("it" + ProcessHandle.current().pid() + "n" + NEXT.incrementAndGet()));
    }

    LocalHarness(LocalSettings settings) {
        this.settings = settings;
        this.runtime = LocalRuntime.open(settings, new AgentChannel(ChannelSettings.DEFAULT, loops, links));
    }

    boolean has(String layer) {
        return Objects.requireNonNull(runtime.capabilities().isolation().get(layer))
                .active();
    }

    static LocalSettings settings(String instance) {
        Path base = Path.of(System.getProperty("sandbar.test.base", "/var/tmp/sandbar-test-" + Host.uid()));
        return new LocalSettings(instance, base.resolve(instance), base.resolve(instance + "-ids"));
    }

    static SandboxSpec spec(String id) {
        return new SandboxSpec(id, "base", LIMITS, Instant.now().plus(Duration.ofMinutes(10)));
    }

    Agent start(String id) {
        return Objects.requireNonNull(runtime.start(spec(id)).block(LONG));
    }

    /** What a shell in the sandbox prints for this script, and its exit code at the end. */
    static String shell(Agent agent, FileOwner user, String script) {
        ProcessSpec process = new ProcessSpec(
                "p" + NEXT.incrementAndGet(),
                List.of("/bin/sh", "-c", script),
                Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                "/home/user",
                user,
                false,
                Duration.ofSeconds(30));
        StringBuilder output = new StringBuilder();
        agent.start(process, Flux.empty())
                .doOnNext(event -> append(output, event))
                .blockLast(LONG);
        return output.toString();
    }

    Agent adopt(String id) {
        return Objects.requireNonNull(adoption(id).block(LONG));
    }

    Mono<Agent> adoption(String id) {
        return runtime.adopt(id, runtime.handle(), Instant.now().plus(Duration.ofMinutes(10)));
    }

    /** Whatever of a sandbox is on the host, by name. */
    List<String> left(String id) {
        return LocalLeftovers.of(settings, id);
    }

    /** Ends this service, not its sandboxes. */
    void leave() {
        runtime.close();
        links.close();
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)).block(LONG);
    }

    @Override
    public void close() throws IOException {
        runtime.sweep(Set.of())
                .onErrorComplete(RuntimeUnavailableException.class)
                .block(LONG);
        leave();
        Programs.run(
                List.of(
                        "/bin/rm",
                        "-rf",
                        settings.runDirectory().toString(),
                        settings.idDirectory().toString()),
                LONG);
    }

    private static void append(StringBuilder output, ProcessEvent event) {
        if (event instanceof ProcessEvent.Output some) {
            output.append(new String(some.bytes(), StandardCharsets.UTF_8));
        } else if (event instanceof ProcessEvent.Exited exited) {
            output.append("exit ").append(exited.code());
        }
    }
}
