package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.Strain;
import dev.sandbar.store.memory.MemoryJournals;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A service with its store, its disk and one sandbox, that can be killed and started again. */
final class House implements AutoCloseable {

    static final CommandLimits LIMITS =
            new CommandLimits(4096, 1 << 20, 8, 5, 10, Duration.ofHours(1), Duration.ofSeconds(30));

    final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    final FaultyStore store = new FaultyStore(new MemoryStore());
    final KeepingAgent agent = new KeepingAgent();
    final MemoryJournals journals;
    final Budget memory = new Budget("memory", 1 << 20);
    BackgroundTasks pumps = new BackgroundTasks("pumps", 100, timer);
    Commands commands;
    volatile Strain strain = new Strain(0, 0);

    House() {
        this(1 << 20);
    }

    House(long perJournal) {
        this.journals = new MemoryJournals(perJournal);
        this.commands = begin();
    }

    private Commands begin() {
        Commands made =
                new Commands(LIMITS, store, journals, sandbox -> Mono.fromSupplier(() -> strain), memory, pumps, timer);
        made.begin();
        return made;
    }

    /** Nothing is written to the end, nobody is told. */
    void restart() {
        commands.close();
        pumps.close();
        store.fault = FaultyStore.Fault.NONE;
        agent.silent = false;
        pumps = new BackgroundTasks("pumps", 100, timer);
        commands = begin();
        commands.load().block();
    }

    /** In place of those of this run, as they are before anything is read. */
    Commands emptyCommands() {
        commands.close();
        return begin();
    }

    void restartAndAdopt() {
        restart();
        commands.adopted("s", agent).block();
    }

    Command start(String id) {
        return start(id, OnDisconnect.KEEP);
    }

    Command start(String id, OnDisconnect onDisconnect) {
        return start("s", id, onDisconnect);
    }

    Command start(String sandbox, String id, OnDisconnect onDisconnect) {
        return Objects.requireNonNull(tryStart(sandbox, id, onDisconnect).block(Duration.ofSeconds(5)));
    }

    Mono<Command> tryStart(@Nullable String id, OnDisconnect onDisconnect) {
        return tryStart("s", id, onDisconnect);
    }

    private Mono<Command> tryStart(String sandbox, @Nullable String id, OnDisconnect onDisconnect) {
        return commands.start(
                sandbox,
                agent,
                new CommandRequest(
                        "sh",
                        List.of("-c", "true"),
                        Map.of("A", "b"),
                        "/",
                        FileOwner.USER,
                        true,
                        Duration.ZERO,
                        "tag",
                        id,
                        onDisconnect));
    }

    @Nullable Command find(String id) {
        return commands.find("s", id).block();
    }

    Command get(String id) {
        return Objects.requireNonNull(find(id));
    }

    @Override
    public void close() {
        commands.endSandbox("s", Cause.SANDBOX_KILLED);
        commands.forgotten("s").block();
        assertThat(memory.taken()).isZero();
        commands.close();
        assertThat(pumps.running()).isZero();
        timer.dispose();
    }
}
