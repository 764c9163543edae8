package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import dev.sandbar.runtime.channel.AgentChannel;
import dev.sandbar.runtime.channel.ChannelSettings;
import dev.sandbar.runtime.local.LocalRuntime;
import dev.sandbar.runtime.local.LocalSettings;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/** Sessions over real sandboxes: what a replacement carries, and what a restart keeps. */
class CarryingIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String MAKE =
            "mkdir -p a/b 'd e' && head -c 3000000 /dev/urandom > a/b/big && chmod 640 a/b/big"
                    + " && ln -s a/b/big link && ln a/b/big hard && printf 'x\\377y' > \"d e/$(printf 'n\\nl')\""
                    + " && touch -d 2020-01-02 old && mkdir -m 700 .secret && : > .secret/empty";
    private static final String LIST =
            "find . -printf '%p %y %m %U %G %s %l %n %T@\\n' | sed 's/\\.[0-9]*$//' | sort; cat a/b/big | sha256sum";

    private final String instance = "carry" + UUID.randomUUID().toString().substring(0, 8);
    private final LoopResources loops = LoopResources.create("carry", 2, true);
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final AgentChannel channel = new AgentChannel(ChannelSettings.DEFAULT, loops, tasks);
    private final MemoryStore store = new MemoryStore();
    private final LocalRuntime runtime = LocalRuntime.open(LocalSettings.of(instance), channel);
    private final SandboxEnds ends = new SandboxEnds();
    private final Sandboxes sandboxes = sandboxes();
    private final Sessions sessions = sessions();

    private Events events() {
        return new Events(
                store, JsonMapper.builder().build(), EventSettings.DEFAULT, Clock.systemUTC(), Schedulers.parallel());
    }

    private Sandboxes sandboxes() {
        SandboxSettings limits = new SandboxSettings(
                new dev.sandbar.runtime.SandboxSpec.Limits(2, 256, 64, 64),
                10,
                10,
                Duration.ofHours(24),
                Duration.ofSeconds(15),
                SandboxSettings.Keep.DEFAULT);
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        return new Sandboxes(runtime, store, events(), turns, tasks, Clock.systemUTC(), limits, List.of(ends));
    }

    private Sessions sessions() {
        String catalogue = House.CATALOGUE;
        Sessions made = new Sessions(
                sandboxes,
                HardwareCatalogue.read(
                        catalogue, "the test", new dev.sandbar.runtime.SandboxSpec.Limits(2, 256, 64, 64), "local"),
                store,
                events(),
                new KeyedMutex<>("sessions", Schedulers.parallel()),
                tasks,
                new ScriptedTools(),
                ends,
                Clock.systemUTC(),
                Schedulers.parallel(),
                SessionSettings.DEFAULT);
        sandboxes.recover().then(made.recover()).block(LONG);
        return made;
    }

    @AfterEach
    void close() {
        sandboxes.endAll().block(LONG);
        runtime.sweep(Set.of()).onErrorComplete().block(LONG);
        tasks.close();
        runtime.close();
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2)).block(LONG);
    }

    private Session ready(String id) {
        return ((Provision.Ready) Objects.requireNonNull(
                        sessions.provision("ann", id, "cpu-basic").block(LONG)))
                .session();
    }

    private String shell(Session session, String script) {
        return shell(session, FileOwner.USER, script);
    }

    private String shell(Session session, FileOwner user, String script) {
        Agent agent = sandboxes.agent(Objects.requireNonNull(session.slot().sandboxId()));
        ProcessSpec process = new ProcessSpec(
                "p" + UUID.randomUUID(),
                List.of("/bin/sh", "-c", script),
                Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C"),
                "/home/user",
                user,
                false,
                Duration.ofSeconds(30));
        StringBuilder output = new StringBuilder();
        agent.start(process, Flux.empty())
                .doOnNext(event -> {
                    if (event instanceof ProcessEvent.Output some) {
                        output.append(new String(some.bytes(), StandardCharsets.ISO_8859_1));
                    }
                })
                .blockLast(LONG);
        return output.toString();
    }

    @Test
    void replacementCarriesEveryFileAsItIs() {
        String id = Objects.requireNonNull(sessions.open(House.request(null)).block(LONG))
                .session()
                .id();
        Session before = ready(id);
        assertThat(shell(before, MAKE)).isEmpty();
        if (runtime.capabilities().users().contains("root")) {
            assertThat(shell(before, FileOwner.ROOT, "echo 1 > roots && chmod 600 roots && mkdir -m 755 rooms"))
                    .isEmpty();
        }
        String listed = shell(before, LIST);
        assertThat(listed).contains("./.secret d 700").contains("./link l").contains("./old f");
        sessions.autoApproval("ann", id, true, 5_000_000L).block(LONG);
        Provision.Ready replaced = (Provision.Ready) Objects.requireNonNull(
                sessions.provision("ann", id, "cpu-upgrade").block(LONG));
        assertThat(replaced.created()).isTrue();
        assertThat(replaced.carried()).contains("verified");
        assertThat(shell(replaced.session(), LIST)).isEqualTo(listed);
        assertThat(sandboxes.list("ann")).hasSize(1);
        sessions.end("ann", id).block(LONG);
        assertThat(sandboxes.list("ann")).isEmpty();
    }

    @Test
    void carryingLeavesNoProcessBehind() {
        String id = Objects.requireNonNull(sessions.open(House.request(null)).block(LONG))
                .session()
                .id();
        ready(id);
        sessions.autoApproval("ann", id, true, 5_000_000L).block(LONG);
        Session after = Objects.requireNonNull(
                        sessions.provision("ann", id, "cpu-upgrade").block(LONG))
                .session();
        Agent agent = sandboxes.agent(Objects.requireNonNull(after.slot().sandboxId()));
        assertThat(Objects.requireNonNull(agent.processes().collectList().block(LONG)))
                .isEmpty();
        Mono<Void> end = sessions.end("ann", id);
        end.block(LONG);
    }
}
