package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

/** The sandboxes themselves may be what fills the disk on which their ends are to be recorded. */
class FullDiskTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final SandboxSettings SETTINGS = new SandboxSettings(
            new Limits(1, 128, 64, 64),
            4,
            4,
            Duration.ofHours(24),
            Duration.ofSeconds(15),
            SandboxSettings.Keep.DEFAULT);

    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final TestClock clock = new TestClock();
    private final SmallStore store = new SmallStore();
    private final Sandboxes sandboxes = sandboxes();
    private String id = "";

    private Sandboxes sandboxes() {
        JsonMapper mapper = JsonMapper.builder().build();
        Events events = new Events(store, mapper, EventSettings.DEFAULT, clock, Schedulers.parallel());
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        return new Sandboxes(runtime, store, events, turns, tasks, clock, SETTINGS, List.of());
    }

    @BeforeEach
    void oneSandbox() {
        sandboxes.recover().block(LIMIT);
        SandboxRequest request = new SandboxRequest("ann", "base", Duration.ofMinutes(1), Map.of(), Map.of());
        id = Objects.requireNonNull(sandboxes.create(request).block(LIMIT)).id();
        store.full = true;
    }

    @AfterEach
    void close() {
        tasks.close();
    }

    @Test
    void deadlineIsAppliedThoughItCantBeRecordedYet() {
        clock.advance(Duration.ofMinutes(2));
        sandboxes.sweep().block(LIMIT);
        Awaitility.await().atMost(LIMIT).until(runtime.living::isEmpty);
        assertThat(sandboxes.find(id)).isNull();
        StepVerifier.create(sandboxes.setTimeout("ann", id, Duration.ofHours(1)))
                .verifyError(SandboxException.NotFound.class);

        store.full = false;
        Awaitility.await().atMost(LIMIT).until(() -> {
            clock.advance(Duration.ofSeconds(2));
            sandboxes.sweep().block(LIMIT);
            return sandboxes.count() == 0;
        });
        Sandbox known = Objects.requireNonNull(sandboxes.known("ann", id).block(LIMIT));
        assertThat(known.state()).isEqualTo(SandboxState.GONE);
        assertThat(known.cause()).isEqualTo(EndCause.EXPIRED);
    }

    @Test
    void killThatMakesRoomIsAnsweredAsDone() {
        runtime.beforeDestroy = Mono.fromRunnable(() -> store.full = false);
        StepVerifier.create(sandboxes.kill("ann", id)).expectComplete().verify(LIMIT);
        assertThat(runtime.living).isEmpty();
        Sandbox known = Objects.requireNonNull(sandboxes.known("ann", id).block(LIMIT));
        assertThat(known.cause()).isEqualTo(EndCause.KILLED);
    }

    @Test
    void killThatMakesNoRoomIsRefusedAndOwed() {
        StepVerifier.create(sandboxes.kill("ann", id)).expectError().verify(LIMIT);
        assertThat(runtime.living).isEmpty();
        assertThat(sandboxes.find(id)).isNull();

        store.full = false;
        Awaitility.await().atMost(LIMIT).until(() -> {
            clock.advance(Duration.ofSeconds(2));
            sandboxes.sweep().block(LIMIT);
            return sandboxes.count() == 0;
        });
    }

    /** Has room or hasn't. */
    private static final class SmallStore implements Store {
        private final MemoryStore store = new MemoryStore();
        private volatile boolean full;

        @Override
        public Mono<Commit> commit(List<Change> changes) {
            return Mono.defer(
                    () -> full ? Mono.error(new StoreException.Full("no space is left", null)) : store.commit(changes));
        }

        @Override
        public Mono<Document> find(String kind, String id) {
            return store.find(kind, id);
        }

        @Override
        public Flux<Document> list(String kind) {
            return store.list(kind);
        }

        @Override
        public Mono<LogRange> range(String log) {
            return store.range(log);
        }

        @Override
        public Flux<LogEntry> read(String log, long after, int limit) {
            return store.read(log, after, limit);
        }
    }
}
