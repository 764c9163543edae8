package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.DiskUse;
import dev.sandbar.runtime.DiskUse.Share;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Of a disk of 100,000 bytes and 100,000 inodes, 10,000 are the first mark, 5,000 the second one. */
class DiskWatchTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long ALL = 100_000;
    private static final SandboxSettings SETTINGS = new SandboxSettings(
            new Limits(1, 128, 64, 64),
            9,
            9,
            Duration.ofHours(24),
            Duration.ofSeconds(15),
            SandboxSettings.Keep.DEFAULT);

    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final BackgroundTasks tasks = new BackgroundTasks("tasks", 1000, Schedulers.parallel());
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final Sandboxes sandboxes = sandboxes();
    private final DiskWatch watch = sandboxes.diskWatch(new DiskSettings(10, 5, ALL, ALL));
    private final Map<String, Share> shares = new HashMap<>();
    private boolean held;
    private String hog = "";
    private String quiet = "";
    private String other = "";

    private Sandboxes sandboxes() {
        TestClock clock = new TestClock();
        MemoryStore store = new MemoryStore();
        JsonMapper mapper = JsonMapper.builder().build();
        Events events = new Events(store, mapper, EventSettings.DEFAULT, clock, Schedulers.parallel());
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        SandboxListener told =
                (sandbox, cause) -> Mono.fromRunnable(() -> ends.add(sandbox.id() + " " + cause.wireName()));
        return new Sandboxes(runtime, store, events, turns, tasks, clock, SETTINGS, List.of(told));
    }

    @BeforeEach
    void sandboxesOfTwoOwners() {
        sandboxes.recover().block(LIMIT);
        hog = create("ann");
        quiet = create("ann");
        other = create("bob");
    }

    @AfterEach
    void stop() {
        tasks.close();
    }

    @Test
    void inCalmNobodyIsCounted() {
        look(10_000, 10_000);
        assertThat(runtime.countings).hasValue(0);
        assertThat(writes(hog)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void belowTheFirstMarkTheOwnerThatGrowsMakesNoNewFiles(boolean bytes) {
        share(hog, 60_000, bytes);
        share(other, 20_000, bytes);
        lookWith(9_999, bytes);
        assertThat(writes(hog)).isFalse();
        assertThat(writes(quiet)).as("its owner's other one").isFalse();
        assertThat(writes(other)).isTrue();
        assertThatThrownBy(() -> write(hog))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(AgentException.Code.NO_SPACE))
                .hasMessageContaining(bytes ? "bytes" : "inodes")
                .hasMessageContaining("sandbar.local.disk.refuse-below");
        assertThat(sandboxes.list()).hasSize(3);
        look(10_000, 10_000);
        assertThat(writes(hog)).as("there is room again").isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void belowTheSecondMarkTheSandboxThatGrowsIsEnded(boolean bytes) {
        share(hog, 60_000, bytes);
        share(quiet, 30_000, bytes);
        share(other, 1_000, bytes);
        lookWith(4_999, bytes);
        assertThat(ends).containsExactly(hog + " disk");
        assertThat(sandboxes.list()).extracting(Sandbox::id).containsExactlyInAnyOrder(quiet, other);
        assertThat(sandboxes.create(request("bob")).block(LIMIT)).isNotNull();
    }

    @Test
    void whoGrowsGoesBeforeWhoHasMore() {
        share(hog, 40_000, true);
        share(other, 45_000, true);
        look(9_000, ALL);
        share(hog, 46_000, true);
        look(4_000, ALL);
        assertThat(ends).containsExactly(hog + " disk");
    }

    @Test
    void whoHasLittleIsNotBlamedForGrowingALittle() {
        share(hog, 85_000, true);
        share(other, 1_000, true);
        look(9_000, ALL);
        share(other, 5_500, true);
        look(4_500, ALL);
        assertThat(ends).as("most is the other's, who stands still").containsExactly(hog + " disk");
    }

    @Test
    void whereNoSandboxHasAnythingNoneIsEnded() {
        share(hog, 100, true);
        look(1, ALL);
        assertThat(ends).isEmpty();
        assertThat(sandboxes.list()).hasSize(3);
    }

    @Test
    void whatFillsTheDiskFromOutsideEndsNobody() {
        share(hog, 4_000, true);
        share(other, 3_000, true);
        look(4_000, ALL);
        look(2_000, ALL);
        look(1, ALL);
        assertThat(ends).isEmpty();
        assertThat(writes(hog)).isTrue();
    }

    @Test
    void whereThereIsMuchRoomFewLooksAreMade() {
        for (int i = 0; i < 11; i++) look(40_000, 40_000);
        assertThat(runtime.looks).hasValue(3);
        for (int i = 0; i < 9; i++) look(39_999, ALL);
        assertThat(runtime.looks).as("the first of them after four more").hasValueBetween(8, 9);
    }

    @Test
    void oneIsEndedAtATime() {
        share(hog, 40_000, true);
        share(quiet, 40_000, true);
        share(other, 10, true);
        runtime.beforeDestroy = Mono.never();
        held = true;
        look(100, ALL);
        look(50, ALL);
        assertThat(ends).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"91, 5, 1, 1", "10, 11, 1, 1", "10, -1, 1, 1", "10, 5, 0, 1", "10, 5, 1, 0"})
    void wrongMarksAreRefused(int refuse, int end, long bytes, long inodes) {
        assertThatThrownBy(() -> new DiskSettings(refuse, end, bytes, inodes))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofALargeDiskItIsEnoughThatSomeIsFree() {
        DiskSettings settings = new DiskSettings(10, 5, 1000, 1000);
        DiskUse disk = new DiskUse(1000, 1_000_000, 0, 0, Map.of());
        assertThat(DiskLevel.of(disk, settings).stage()).isEqualTo(DiskLevel.Stage.CALM);
        DiskUse less = new DiskUse(999, 1_000_000, 0, 0, Map.of());
        assertThat(DiskLevel.of(less, settings).stage()).isEqualTo(DiskLevel.Stage.REFUSE);
        DiskUse least = new DiskUse(499, 1_000_000, 0, 0, Map.of());
        assertThat(DiskLevel.of(least, settings).stage()).isEqualTo(DiskLevel.Stage.END);
    }

    private void lookWith(long free, boolean bytes) {
        look(bytes ? free : ALL, bytes ? ALL : free);
    }

    private void look(long bytes, long inodes) {
        runtime.disk = new DiskUse(bytes, ALL, inodes, ALL, shares);
        watch.look().block(LIMIT);
        Awaitility.await().atMost(LIMIT).until(this::isSettled);
    }

    private boolean isSettled() {
        return held || sandboxes.count() == sandboxes.list().size();
    }

    private void share(String id, long amount, boolean bytes) {
        shares.put(id, bytes ? new Share(amount, 1) : new Share(1, amount));
    }

    private boolean writes(String id) {
        try {
            write(id);
            return true;
        } catch (AgentException refusal) {
            return false;
        }
    }

    private void write(String id) {
        sandboxes.agent(id).makeDirectory("/x", FileOwner.USER).block(LIMIT);
        sandboxes
                .agent(id)
                .write(new FileWrite("/x/y", FileOwner.USER, 0644, Map.of()), Flux.empty())
                .block(LIMIT);
    }

    private String create(String owner) {
        return Objects.requireNonNull(sandboxes.create(request(owner)).block(LIMIT))
                .id();
    }

    private static SandboxRequest request(String owner) {
        return new SandboxRequest(owner, "base", Duration.ofMinutes(5), Map.of(), Map.of());
    }
}
