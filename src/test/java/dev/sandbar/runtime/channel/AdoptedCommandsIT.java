package dev.sandbar.runtime.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.command.Cause;
import dev.sandbar.command.Command;
import dev.sandbar.command.CommandEvent;
import dev.sandbar.command.CommandLimits;
import dev.sandbar.command.CommandRequest;
import dev.sandbar.command.CommandState;
import dev.sandbar.command.Commands;
import dev.sandbar.command.OnDisconnect;
import dev.sandbar.command.Position;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.UsageUnknownException;
import dev.sandbar.store.Store;
import dev.sandbar.store.file.FileJournalSettings;
import dev.sandbar.store.file.FileJournals;
import dev.sandbar.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Commands of the real agent, over services that come and go. */
class AdoptedCommandsIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Store store = new MemoryStore();

    @TempDir
    Path directory;

    private AgentProcess process;
    private Service service;

    /** One run of the service. */
    private final class Service implements AutoCloseable {
        private final BackgroundTasks tasks = new BackgroundTasks("test", 100, Schedulers.parallel());
        private final LoopResources loops = LoopResources.create("agent", 2, true);
        private final FileJournals journals;
        final Commands commands;
        final Agent agent;

        Service() throws IOException {
            agent = get(new AgentChannel(ChannelSettings.DEFAULT, loops, tasks).connect(process.socket(), "test"));
            journals = FileJournals.open(directory.resolve("output"), FileJournalSettings.DEFAULT);
            commands = new Commands(
                    CommandLimits.DEFAULT,
                    store,
                    journals,
                    sandbox -> Mono.error(new UsageUnknownException("no sandbox")),
                    new Budget("memory", 1 << 24),
                    tasks,
                    Schedulers.parallel());
            commands.load().block(LIMIT);
            commands.adopted("s", agent).block(LIMIT);
        }

        Command start(String id, String script) {
            return get(commands.start(
                    "s",
                    agent,
                    new CommandRequest(
                            "/bin/sh",
                            List.of("-c", script),
                            Map.of("PATH", "/usr/bin:/bin"),
                            "/",
                            FileOwner.ROOT,
                            false,
                            Duration.ZERO,
                            null,
                            id,
                            OnDisconnect.KEEP)));
        }

        Command command(String id) {
            return get(commands.find("s", id));
        }

        @Override
        public void close() {
            commands.close();
            journals.close();
            tasks.close();
            loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        }
    }

    @BeforeEach
    void begin() throws IOException {
        process = new AgentProcess(directory);
        service = new Service();
    }

    @AfterEach
    void end() {
        service.close();
        process.close();
    }

    @Test
    void outputWrittenWhileNoServiceWasThereIsReadWhole() throws IOException {
        Path go = directory.resolve("go");
        Path done = directory.resolve("done");
        service.start(
                "a",
                "echo before; while [ ! -e " + go + " ]; do sleep 0.05; done; seq 1 20000; touch " + done
                        + "; echo after; exit 4");
        Awaitility.await().atMost(LIMIT).until(() -> service.command("a").endOffset() >= 7);
        service.close();
        Files.createFile(go);
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(done));
        service = new Service();
        assertThat(text(service.command("a"), 0)).isEqualTo("before\n" + numbers() + "after\n");
        assertThat(service.command("a").state()).isEqualTo(new CommandState.Exited(4, Cause.EXITED));
        service.close();
        service = new Service();
        assertThat(text(service.command("a"), 1)).isEqualTo(numbers() + "after\n");
        assertThat(service.agent.processes().collectList().block(LIMIT)).isEmpty();
    }

    @Test
    void cancelEndsTheWholeGroup() {
        Command command = service.start("a", "(trap '' TERM; while :; do sleep 0.1; done) & wait");
        service.commands.cancel(command, Duration.ofMillis(300)).block(LIMIT);
        assertThat(command.state().cause()).isEqualTo(Cause.CLIENT);
        assertThat(service.agent.processes().collectList().block(LIMIT)).isEmpty();
    }

    @Test
    void muchOutputIsReadWholeByReadersOfBothKinds() {
        Command command = service.start("a", "seq 1 20000; seq 1 20000; seq 1 20000");
        assertThat(text(command, 0)).isEqualTo(numbers().repeat(3));
        StringBuilder plain = new StringBuilder();
        command.follow(Position.start()).doOnNext(event -> append(plain, event)).blockLast(LIMIT);
        assertThat(plain.toString()).isEqualTo(numbers().repeat(3));
    }

    /** What a reader by number sees until the end, which it must see; nothing may be missing. */
    private static String text(Command command, long after) {
        StringBuilder text = new StringBuilder();
        TreeMap<Long, CommandEvent> events = new TreeMap<>();
        command.follow(Position.behind(after))
                .doOnNext(event -> events.put(event.seq(), event))
                .blockLast(LIMIT);
        events.values().forEach(event -> append(text, event));
        assertThat(events.lastEntry().getValue()).isInstanceOf(CommandEvent.Ended.class);
        assertThat(events.lastKey() - after).isEqualTo(events.size());
        return text.toString();
    }

    private static void append(StringBuilder text, CommandEvent event) {
        assertThat(event).isNotInstanceOf(CommandEvent.Gap.class);
        if (event instanceof CommandEvent.Output output) text.append(new String(output.bytes(), UTF_8));
    }

    private static String numbers() {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= 20000; i++) all.append(i).append('\n');
        return all.toString();
    }

    private static <T> T get(Mono<T> value) {
        return Objects.requireNonNull(value.block(LIMIT));
    }
}
